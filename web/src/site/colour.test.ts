import { expect, test } from 'vitest'
import { inkOn } from './colour.ts'

test.each([
  ['#ffd21f', '#000000'],
  ['#ffffff', '#000000'],
  ['#767676', '#000000'],
  ['#707070', '#ffffff'],
  ['#0b2e8a', '#ffffff'],
  ['#000000', '#ffffff'],
])('on %s one writes in %s', (colour, ink) => {
  expect(inkOn(colour)).toBe(ink)
})
