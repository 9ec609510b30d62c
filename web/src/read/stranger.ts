// Texts of strangers, made so that they are what they look like: nothing hides in a name, and nothing turns what stands beside it.

/** Longer names nobody reads. */
const LONGEST_NAME = 120
const LONGEST_TEXT = 2_000

/** Signs of the terminal, of old printers, and ends of lines. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROLS = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]+/gu
/** Signs that turn the direction of what follows. */
const TURNS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu
/** Signs that nobody sees, and blanks that look like letters to programs. */
const INVISIBLE =
  /\u034F|\u17B4|\u17B5|\u180B|\u180C|\u180D|\u180E|\u180F|[\u00AD\u115F\u1160\u200B\u2060-\u2065\u206A-\u206F\u2800\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu
/** Emoji and some scripts are joined by them; between letters of ASCII they only hide. */
const JOINERS = /[\u200C\u200D]+/gu
const IDLE_JOINERS = /(?<![^\p{ASCII}])[\u200C\u200D]|[\u200C\u200D](?![^\p{ASCII}])/gu
/** A letter with more marks than any script has covers the lines around it. */
const MARKS = /(\p{M}{4})\p{M}+/gu
/** An address, whole or shortened. */
const ADDRESS = /^0x[\da-f]*(?:…|\.{2,})?[\da-f]*$/iu
/** Letters of scripts that are written from right to left. */
const FROM_THE_RIGHT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u

/**
 * A text of a stranger without what deceives: controls, signs that turn or cannot be seen, towers of marks.
 *
 * @example
 * cleanText('in\u202Evoice\u200B.exe') // 'invoice.exe'
 */
export function cleanText(text: string): string {
  const clean = text
    .replaceAll(CONTROLS, ' ')
    .replaceAll(TURNS, '')
    .replaceAll(INVISIBLE, '')
    .replaceAll(JOINERS, (joiners) => joiners.slice(0, 1))
    .replaceAll(IDLE_JOINERS, '')
    .replaceAll(MARKS, '$1')
    .trim()
  return shorten(clean, LONGEST_TEXT)
}

/**
 * A name that a stranger chose. One that says nothing, or that looks like an address, is none: it is shown where addresses are.
 *
 * @returns `''` for none
 * @example
 * cleanName(' ray\u200Btracer\n') // 'raytracer'
 * cleanName('0x7099…79C8') // ''
 */
export function cleanName(name: string): string {
  const clean = cleanText(name).replaceAll(/\s+/gu, ' ')
  return ADDRESS.test(clean.replaceAll(' ', '')) ? '' : shorten(clean, LONGEST_NAME)
}

/**
 * A text of a stranger within a line of ours: whatever it holds, what stands beside it keeps its direction.
 *
 * @example
 * withinLine('\u202Eevil') // '\u2068evil\u2069'
 */
export function withinLine(text: string): string {
  const clean = text.replaceAll(TURNS, '')
  return clean === text && !FROM_THE_RIGHT.test(text) ? text : `\u2068${clean}\u2069`
}

/** Values that are names or descriptions wherever the market tells them. */
export function cleanAnswer(key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (key === 'name') return cleanName(value)
  return key === 'description' ? cleanText(value) : value
}

function shorten(text: string, most: number): string {
  if (text.length <= most) return text
  // Not in the middle of a letter.
  return `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/u, '')}…`
}
