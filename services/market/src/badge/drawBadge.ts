// A badge as a picture of its own: an SVG without scripts, styles or fonts from elsewhere, for any page that shows images.
import { formatRlc } from '@iexec/protocol'
import { asMarkup } from '@iexec/service/markup'

/** What a badge tells of an app or a workerpool. */
export type BadgeFacts = {
  readonly kind: 'app' | 'workerpool'
  /** A stranger's text. */
  readonly name: string
  /** nRLC of its cheapest open order for everybody; `undefined` when there is none. */
  readonly price: number | undefined
  /** Tasks that ended, and how many of them have a result. */
  readonly ended: number
  readonly fruitful: number
}

const HEIGHT = 20
const BASELINE = 14
/** Left and right of each text. */
const PADDING = 6
const BRAND = 'iExec'

/**
 * Draws a badge.
 *
 * @example
 * drawBadge({ kind: 'app', name: 'llama', price: 100_000_000, ended: 1204, fruitful: 1180 }) // '<svg …'
 */
export function drawBadge(facts: BadgeFacts): string {
  const says = `${sayPrice(facts)} · ${sayRuns(facts)}`
  const [left, right] = [widthOf(BRAND) + 2 * PADDING, widthOf(says) + 2 * PADDING]
  const titled = [legible(facts.name), BRAND, says].filter((part) => part !== '').join(' · ')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="${HEIGHT}" role="img" aria-labelledby="title">`,
    `<title id="title">${asMarkup(titled)}</title>`,
    `<rect width="${left}" height="${HEIGHT}" fill="#1f1f23"/>`,
    `<rect x="${left}" width="${right}" height="${HEIGHT}" fill="#ffd21f"/>`,
    '<g font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" aria-hidden="true">',
    textAt({ x: PADDING, fill: '#ffffff', says: BRAND }),
    textAt({ x: left + PADDING, fill: '#1f1f23', says }),
    '</g></svg>\n',
  ].join('')
}

function sayPrice({ kind, price }: BadgeFacts): string {
  if (price === undefined) return 'not for sale'
  const said = price === 0 ? 'free' : formatRlc(BigInt(price))
  return kind === 'workerpool' && price > 0 ? `from ${said}` : said
}

/** Rounded down: of a hundred runs of which one failed, none are 100 %. */
function sayRuns({ ended, fruitful }: BadgeFacts): string {
  if (ended === 0) return 'no runs yet'
  return `${Math.floor((fruitful * 100) / ended)} % of ${inGroups(ended)} ${ended === 1 ? 'run' : 'runs'}`
}

/** A number with a space that does not break before each three digits. */
function inGroups(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/gu, '\u00A0')
}

type Text = { readonly x: number; readonly fill: string; readonly says: string }

/** Whatever font there is, the text takes as much room as was made for it. */
function textAt({ x, fill, says }: Text): string {
  return `<text x="${x}" y="${BASELINE}" fill="${fill}" textLength="${widthOf(says)}">${asMarkup(says)}</text>`
}

/** How wide a text is in Verdana of 11 pixels, about. */
function widthOf(text: string): number {
  let width = 0
  for (const sign of text) width += /[\s·.,]/u.test(sign) ? 4.2 : sign === '%' ? 11.8 : /[A-Zm]/u.test(sign) ? 7.8 : 6.7
  return Math.ceil(width)
}

const LONGEST_NAME = 60

/** What people can read: neither what XML forbids, nor what turns or hides the text around it. */
function legible(name: string): string {
  const clean = name.replaceAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]+/gu, ' ').trim()
  const signs = Array.from(clean)
  return signs.length > LONGEST_NAME ? `${signs.slice(0, LONGEST_NAME - 1).join('')}…` : clean
}
