// What moves on a page: for people whom it makes ill, and who told their system so.
import type { Page } from 'playwright-core'

/** A moment that nobody sees, in ms. */
const UNSEEN_MS = 1

/**
 * Names of the elements of a page that move, once something would: what is waited for is there.
 *
 * @param sign what moves for everybody else
 * @example
 * await findMotions(ada.page, '.skeleton') // ['skeleton h-4']
 */
export async function findMotions(page: Page, sign: string): Promise<readonly string[]> {
  await page.locator(sign).first().waitFor()
  return page.evaluate((unseenMs) => {
    const moving = document.getAnimations().filter(({ effect, playState }) => {
      const { endTime = 0 } = effect?.getComputedTiming() ?? {}
      return playState === 'running' && Number(endTime) > unseenMs
    })
    return moving.map(({ effect }) =>
      effect instanceof KeyframeEffect ? (effect.target?.getAttribute('class') ?? '') : '',
    )
  }, UNSEEN_MS)
}
