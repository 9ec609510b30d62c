// Pages of a site that is built: the shell's page with a title, a description, and its own policy inside. All texts of strangers are escaped.
import { asMarkup } from '@iexec/service/markup'

/** What a page says of itself. */
export type PageFacts = {
  /** The folder of the host in which the site stands: `/`, `/shop/`. */
  readonly base: string
  readonly title: string
  readonly description: string
  /** Of the site. */
  readonly siteName: string
  /** As `policyOf` makes it. */
  readonly policy: string
  /** Absolute, where the address of the site is known: others show it beside a link. */
  readonly image?: string | undefined
}

/** What others show beside a link is cut there by all of them. */
const MOST_DESCRIPTION = 300

/**
 * Writes a page.
 *
 * @param shell the shell's index.html
 * @throws Error when that has not what a page needs
 * @example
 * writePage(shell, { base: '/', title: 'Ray tracer · My store', description: '…', siteName: 'My store', policy })
 */
export function writePage(shell: string, facts: PageFacts): string {
  const description = shorten(facts.description)
  const metas = [
    `<meta name="description" content="${asMarkup(description)}" />`,
    meta('og:type', 'website'),
    meta('og:site_name', facts.siteName),
    meta('og:title', facts.title),
    meta('og:description', description),
    ...(facts.image === undefined ? [] : [meta('og:image', facts.image)]),
  ]
  return [
    [/<base href="[^"]*" \/>/u, policyAndBase(facts)],
    [/<title>[^<]*<\/title>/u, `<title>${asMarkup(facts.title)}</title>`],
    [/<meta name="description" content="[^"]*" \/>/u, metas.join('\n    ')],
  ].reduce((page, [place, text]) => replaceOnce(page, place as RegExp, String(text)), shell)
}

/** Before everything that it is about. */
function policyAndBase({ base, policy }: PageFacts): string {
  return `<meta http-equiv="Content-Security-Policy" content="${asMarkup(policy)}" />\n    <base href="${asMarkup(base)}" />`
}

function replaceOnce(page: string, place: RegExp, text: string): string {
  if (!place.test(page)) throw new Error(`The shell has no ${place.source}: it is of another version.`)
  return page.replace(place, () => text)
}

function meta(property: string, content: string): string {
  return `<meta property="${property}" content="${asMarkup(content)}" />`
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/gu, ' ').trim()
  return line.length > MOST_DESCRIPTION ? `${line.slice(0, MOST_DESCRIPTION - 1)}…` : line
}
