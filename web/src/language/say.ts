// How a text becomes a sentence: found by its name, in the plural that the language asks for, with its gaps filled.
import { withinLine } from '../read/stranger.ts'
import type { Texts, Values } from './words.ts'

/** Says any text by its name, also one that is only known when the page runs. */
export type Say = (key: string, values?: Values) => string

/**
 * Says texts. What has no text is said by its name, and what has no value stays a gap: both can be seen.
 *
 * @example
 * createSay({ left_one: '{{count}} is left', left_other: '{{count}} are left' }, 'en')('left', { count: 2 }) // '2 are left'
 */
export function createSay(texts: Texts, language: string): Say {
  const plurals = new Intl.PluralRules(language)
  return (key, values = {}) => {
    const { count } = values
    const endings = typeof count === 'number' ? ['', `_${plurals.select(count)}`, '_other'] : ['']
    const text = endings.map((ending) => findText(texts, key + ending)).find((found) => found !== undefined)
    return fill(text ?? key, values)
  }
}

function findText(texts: Texts, key: string): string | undefined {
  const [head = '', ...rest] = key.split('.')
  const found = Object.hasOwn(texts, head) ? texts[head] : undefined
  if (typeof found !== 'object') return rest.length === 0 ? found : undefined
  return rest.length === 0 ? undefined : findText(found, rest.join('.'))
}

/** React writes text as text; what is left to do is to keep strangers from turning the sentence. */
function fill(text: string, values: Values): string {
  return text.replaceAll(/\{\{(\w+)\}\}/gu, (gap, name: string) =>
    Object.hasOwn(values, name) ? withinLine(String(values[name])) : gap,
  )
}
