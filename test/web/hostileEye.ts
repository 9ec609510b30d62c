// Looks at a page as somebody does who expects the worst of whoever wrote its texts.
// oxlint-disable unicorn/consistent-function-scoping -- functions that run in the page take nothing along
import type { Page, Request } from 'playwright-core'
import type { Visitor, Web } from './browser.ts'
import { CANARY } from './hostileWords.ts'

/** Somebody who looks, and all that went wrong meanwhile. */
export type Hunted = Pick<Visitor, 'page' | 'open' | 'close'> & {
  /** Everything that should not be: scripts that ran, dialogs, windows, foreign hosts, refusals of the policy, broken layouts. */
  readonly told: () => readonly string[]
  readonly tell: (what: string) => void
}

/** Widths of a desk and of a phone. */
const WIDTHS = [1_280, 390]

/** A visitor who notices everything. */
export async function meetStranger(web: Web, account?: number): Promise<Hunted> {
  const visitor = await web.visit({
    viewport: { width: 1_280, height: 900 },
    ...(account === undefined ? {} : { account }),
  })
  const { page } = visitor
  const found: string[] = []
  const tell = (what: string): void => {
    found.push(`${new URL(page.url()).pathname}: ${what}`)
  }
  const context = page.context()
  await context.exposeFunction('tellHunter', tell)
  await context.addInitScript((canary) => {
    const say = (what: string): void => {
      ;(globalThis as unknown as { readonly tellHunter: (what: string) => void }).tellHunter(what)
    }
    Object.defineProperty(globalThis, canary, {
      set: () => {
        say('a script ran')
      },
    })
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      say(`the policy refused ${violatedDirective} ${blockedURI}`)
    })
  }, CANARY)
  page.on('dialog', (dialog) => {
    tell(`a dialog says ${dialog.message()}`)
    void dialog.dismiss()
  })
  context.on('page', (other) => {
    tell(`a window opens at ${other.url()}`)
  })
  page.on('framenavigated', (frame) => {
    // A frame that has only just begun is nowhere yet.
    if (['', 'about:blank', 'about:srcdoc'].includes(frame.url()) || frame.url().startsWith(web.url)) return
    tell(`a frame is at ${frame.url()}`)
  })
  context.on('requestfinished', (request) => {
    if (isForeign(request)) tell(`somebody else was asked for ${request.url()}`)
  })
  context.on('requestfailed', (request) => {
    // Refused before anything was sent.
    const isRefused = /^(?:csp|origin)$/u.test(request.failure()?.errorText ?? '')
    if (isForeign(request) && !isRefused) tell(`somebody else was to be asked for ${request.url()}`)
  })
  return {
    page,
    open: visitor.open,
    close: visitor.close,
    tell,
    told: () => [...found, ...visitor.complaints().filter((words) => !/\b(?:404|ERR_FAILED)\b/u.test(words))],
  }
}

function isForeign(request: Request): boolean {
  const { protocol, hostname } = new URL(request.url())
  return /^(?:https?|wss?):$/u.test(protocol) && hostname !== '127.0.0.1'
}

/** Opens a page, and looks at it in both widths. */
export async function lookAt(hunted: Hunted, path: string): Promise<void> {
  await hunted.open(path)
  await lookAround(hunted)
}

/** Looks at the page as it is, in both widths. */
export async function lookAround({ page, tell }: Pick<Hunted, 'page' | 'tell'>): Promise<void> {
  await untilSettled(page)
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    for (const what of await page.evaluate(findWhatIsBroken)) tell(`at ${width} px, ${what}`)
  }
  await page.setViewportSize({ width: WIDTHS[0] ?? 0, height: 900 })
}

/** Until nothing is being read any more, names of assets included. */
export async function untilSettled(page: Page): Promise<void> {
  await page.waitForFunction(async () => {
    const reads = (): number => performance.getEntriesByType('resource').length
    const isReading = (): boolean => document.querySelector('main [aria-label="Loading…"], main .skeleton') !== null
    const before = reads()
    await new Promise((resolve) => {
      setTimeout(resolve, 80)
    })
    return !isReading() && reads() === before
  })
}

/** Runs in the page, and takes nothing along. */
function findWhatIsBroken(): readonly string[] {
  const found: string[] = []
  const { scrollWidth, clientWidth } = document.documentElement
  const nameOf = (element: Element): string =>
    `<${element.localName} class="${element.getAttribute('class') ?? ''}"> ${(element.textContent ?? '').slice(0, 60)}`
  /** What is wider than the page, and not in a box that scrolls or cuts. */
  const isFree = (element: Element): boolean => {
    for (let at = element.parentElement; at !== null && at !== document.body; at = at.parentElement) {
      if (getComputedStyle(at).overflowX !== 'visible') return false
    }
    return true
  }
  if (scrollWidth > clientWidth) {
    const wide = [...document.body.querySelectorAll('*')].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 1 && isFree(element),
    )
    found.push(`the page is ${scrollWidth} wide: ${wide.slice(-2).map(nameOf).join(' and ')}`)
  }
  const turns = /[\u202A-\u202E\u2066-\u2069]/u
  const isAlone = (element: Element): boolean => {
    const { unicodeBidi, display } = getComputedStyle(element)
    return unicodeBidi !== 'normal' && unicodeBidi !== 'embed'
      ? true
      : !display.startsWith('inline') && display !== 'contents'
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const text = node.textContent ?? ''
    let at = node.parentElement
    if (!turns.test(text) || at === null || !at.checkVisibility() || at.closest('pre, .prose, script, style')) continue
    while (at !== null && !isAlone(at)) at = at.parentElement
    const beside = (at?.textContent ?? '').replace(text, '').trim()
    if (beside !== '')
      found.push(`a text turns what stands beside it: ${nameOf(at ?? document.body)} … ${beside.slice(0, 60)}`)
  }
  if (/[\u202A-\u202E]/u.test(document.title)) found.push(`the title turns: ${document.title.slice(0, 60)}`)
  for (const link of document.querySelectorAll('a[href], area[href], form[action], iframe[src], object, embed')) {
    const target = link.getAttribute('href') ?? link.getAttribute('action') ?? link.getAttribute('src') ?? ''
    const { protocol } = new URL(target, document.baseURI)
    if (!/^https?:$/u.test(protocol)) found.push(`a link leads to ${target.slice(0, 60)}`)
    const leadsAway = new URL(target, document.baseURI).origin !== location.origin
    if (leadsAway && !link.matches('footer a') && !/noopener/u.test(link.getAttribute('rel') ?? ''))
      found.push(`a link is followed with its opener: ${target.slice(0, 60)}`)
  }
  for (const link of document.querySelectorAll('main a[href]')) {
    const [, first, last] = /^0x([\da-f]{4})…([\da-f]{4})$/iu.exec(link.textContent ?? '') ?? []
    const target = (link.getAttribute('href') ?? '').toLowerCase()
    const isTrue =
      first === undefined || (target.includes(`0x${first.toLowerCase()}`) && target.includes(last?.toLowerCase() ?? ''))
    if (!isTrue) found.push(`a link says ${link.textContent} and leads to ${target}`)
  }
  const within = 'main script, main style, main svg script, main object, main embed, main link, main meta, main base'
  for (const element of document.querySelectorAll(within)) found.push(`the page has ${nameOf(element)}`)
  for (const element of document.querySelectorAll('*')) {
    for (const { name } of element.attributes)
      if (name.startsWith('on')) found.push(`the page has an attribute ${name}`)
  }
  return found
}
