// What keeps people from using a page, as axe finds it: in tests and in figures by the same rules.
import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

/** What is looked for: WCAG 2.2 A and AA, and what axe calls good practice, such as headings in order. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/**
 * Each violation of a page as it is now, in words.
 *
 * @example
 * expect(await findViolations(page)).toEqual([])
 */
export async function findViolations(page: Page): Promise<readonly string[]> {
  // Not as a script of the page, which its policy would refuse.
  const session = await page.context().newCDPSession(page)
  await session.send('Runtime.evaluate', { expression: axe.source })
  await session.detach()
  const { violations } = await page.evaluate(
    async (values) =>
      (globalThis as unknown as { readonly axe: typeof axe }).axe.run({ runOnly: { type: 'tag', values } }),
    RULES,
  )
  return violations.map(tell)
}

function tell({ id, help, nodes }: AxeResults['violations'][number]): string {
  const [first] = nodes
  return `${id}: ${help} (${nodes.length}), first in ${first?.html ?? ''}\n${first?.failureSummary ?? ''}`
}
