// Which known word was meant.
import { expect, test } from 'vitest'
import { didYouMean, suggest } from './suggest.ts'

const KNOWN = ['wallet', 'account', 'app', 'dataset', 'order', 'orderbook', 'deal', 'task']

test.each([
  ['walet', 'wallet'],
  ['acount', 'account'],
  ['apps', 'app'],
  ['dela', 'deal'],
  ['oderbok', 'orderbook'],
  ['ACCOUNT', 'account'],
  ['acc', 'account'],
  ['data', 'dataset'],
])('%s is %s', (typed, meant) => {
  expect(suggest(typed, KNOWN)).toBe(meant)
})

test.each(['xyz', 'a', '', 'helicopter', 'pap-order-account'])('nothing is near "%s"', (typed) => {
  expect(suggest(typed, KNOWN)).toBeUndefined()
  expect(didYouMean(typed, KNOWN)).toEqual([])
})

test('dashes do not make options alike', () => {
  expect(suggest('--to', ['--yes', '--raw'])).toBeUndefined()
  expect(didYouMean('--chian', ['--chain', '--raw'])).toEqual(['Did you mean --chain?'])
})
