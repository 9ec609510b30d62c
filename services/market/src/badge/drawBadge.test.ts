import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawBadge, type BadgeFacts } from './drawBadge.ts'

const facts: BadgeFacts = { kind: 'app', name: 'llama', price: 100_000_000, ended: 1204, fruitful: 1191 }

/** What a badge shows beside the brand. */
function saidOf(changes: Partial<BadgeFacts>): string | undefined {
  return /<text [^>]*>([^<]*)<\/text><\/g>/u.exec(drawBadge({ ...facts, ...changes }))?.[1]
}

test.each([
  [{}, '0.1 RLC · 98 % of 1\u00A0204 runs'],
  [{ price: 0, ended: 1, fruitful: 1 }, 'free · 100 % of 1 run'],
  [{ price: undefined, ended: 0, fruitful: 0 }, 'not for sale · no runs yet'],
  [{ kind: 'workerpool', ended: 2_000_000, fruitful: 1_999_999 }, 'from 0.1 RLC · 99 % of 2\u00A0000\u00A0000 runs'],
  [{ ended: 100, fruitful: 29 }, '0.1 RLC · 29 % of 100 runs'],
  [{ kind: 'workerpool', price: 0, ended: 3, fruitful: 0 }, 'free · 0 % of 3 runs'],
] as const)('of %j it says "%s"', (changes, said) => {
  expect(saidOf(changes)).toBe(said)
})

test('has the name in its title alone, and asks nobody for anything', () => {
  const badge = drawBadge(facts)

  expect(badge).toContain('<title id="title">llama · iExec · 0.1 RLC · 98 % of 1\u00A0204 runs</title>')
  expect(badge.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
    /https?:|href|url\(|<style|<script|@import/u,
  )
})

test.each(['', ' ', '\u200B'])('of the name %j, which nobody can read, its title says nothing', (name) => {
  expect(drawBadge({ ...facts, name })).toContain('<title id="title">iExec · 0.1 RLC')
})

/** A badge without the name that it tells. */
function skeleton(name: string): string {
  return drawBadge({ ...facts, name }).replace(/(?<=<title id="title">)(?:[^<>]* · )?(?=iExec · )/u, '')
}

test('is the same picture whatever strangers call their app, with one line of text more or less', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom('</title><script>alert(1)</script>', '\u202E]]>', '"\u0001\uFFFE\uD800', '&lt;&#0;', '\u200B', ''),
  )

  fc.assert(
    fc.property(hostile, (name) => {
      const badge = drawBadge({ ...facts, name })
      expect(skeleton(name)).toBe(skeleton('llama'))
      expect(badge.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Cn}]|&(?!(?:amp|lt|gt|quot|#39);)/u)
      expect(badge.isWellFormed()).toBe(true)
      expect(badge.length).toBeLessThan(1_500)
    }),
  )
})

test('can be read: its texts differ from what is behind them by 4.5 to 1 at least', () => {
  const colours = [...drawBadge(facts).matchAll(/fill="#([\da-f]{6})"/gu)].map(([, colour = '']) => brightness(colour))

  const [behindBrand = 0, behind = 0, brand = 0, said = 0] = colours
  expect(contrast(brand, behindBrand)).toBeGreaterThan(4.5)
  expect(contrast(said, behind)).toBeGreaterThan(4.5)
})

/** WCAG 2.2, relative luminance. */
function brightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((place) => {
    const share = Number.parseInt(colour.slice(place, place + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
}
