// Text within markup ends neither a tag nor an attribute.
import { expect, test } from 'vitest'
import { asMarkup } from './markup.ts'

test('no sign of markup is left, and each is written once', () => {
  expect(asMarkup(`<a b="c" d='e'>&amp;`)).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;')
})

test('everything else is left as it is', () => {
  expect(asMarkup('ünïcode 文字 / \\ ` = $&')).toBe('ünïcode 文字 / \\ ` = $&amp;')
})
