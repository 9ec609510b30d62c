import { expect, test } from 'vitest'
import { findDoubt, type Way } from './doubt.ts'

const WELL: Way = { isOnline: true, isAnswering: true, isHeard: true, lag: 0 }

test.each<[string, Partial<Way>, string | undefined]>([
  ['all is well', {}, undefined],
  ['the market has not been asked', { lag: undefined }, undefined],
  ['the market is as far behind as any', { lag: 5 }, undefined],
  ['the market is one block further behind', { lag: 6 }, 'behind'],
  ['the market has lost its chain', { lag: null }, 'blind'],
  ['no news come in', { isHeard: false }, 'unheard'],
  ['the market does not answer', { isAnswering: false, isHeard: false }, 'silent'],
  ['this machine is offline', { isOnline: false, isAnswering: false, isHeard: false }, 'offline'],
])('when %s, people are told so', (_, way, doubt) => {
  expect(findDoubt({ ...WELL, ...way })?.is).toBe(doubt)
})

test('how far the market is behind is told in blocks', () => {
  expect(findDoubt({ ...WELL, lag: 500 })).toEqual({ is: 'behind', blocks: 500 })
})
