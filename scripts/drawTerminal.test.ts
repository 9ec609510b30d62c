import { expect, test } from 'vitest'
import { drawTerminal } from './drawTerminal.ts'

test('each line is a text that appears when it was said, and none of it is markup', () => {
  const picture = drawTerminal(
    [
      { text: '$ start', ms: 0 },
      { text: '<b> & more', ms: 1_500 },
    ],
    'Two lines',
  )

  expect(picture).toContain('<title>Two lines</title>')
  expect(picture.match(/<text /gu)).toHaveLength(2)
  expect(picture).toContain('style="animation-delay:1.50s">&lt;b&gt; &amp; more</text>')
})
