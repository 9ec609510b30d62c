// Text of strangers within HTML and XML.

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * A text as it is written between tags and within quoted attributes.
 *
 * @example
 * asMarkup('"1 < 2"') // '&quot;1 &lt; 2&quot;'
 */
export function asMarkup(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (sign) => ESCAPES[sign] ?? '')
}
