// What strangers wrote (names on the chain, words of services) is shown, and never steers the terminal.

/** Marks that turn the direction of what stands beside them: an address could read as another one. */
const TURNS = String.raw`\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069`
/** Terminals obey U+0080 to U+009F as well. */
const CONTROLS = new RegExp(String.raw`[\u0000-\u0008\u000B-\u001F\u007F-\u009F${TURNS}]`, 'gu')
const BEYOND_JSON = new RegExp(String.raw`[\u007F-\u009F${TURNS}]`, 'gu')

/**
 * A text with a space for each character that steers a terminal; tabs and ends of lines stay.
 *
 * @example
 * clean('nice \u001B[2Japp') // 'nice  [2Japp'
 */
export function clean(text: string): string {
  return text.replaceAll(CONTROLS, ' ')
}

/**
 * JSON that says the same, with escapes for what JSON leaves as it is although it steers a terminal.
 *
 * @example
 * cleanJson(JSON.stringify('\u009B2J')) // '"\\u009b2J"'
 */
export function cleanJson(json: string): string {
  return json.replaceAll(BEYOND_JSON, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
