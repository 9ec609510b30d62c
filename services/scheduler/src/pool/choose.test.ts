// Which tasks of which deal are begun: every deal in its turn, none twice.
import fc from 'fast-check'
import type { Hex } from 'viem'
import { expect, test } from 'vitest'
import { addDeal, addTask, openBook } from '../book/book.ts'
import type { DealFacts } from '../book/model.ts'
import { idOfTask } from '../chain/apply.ts'
import type { Now } from '../decide/snapshot.ts'
import { REQUIREMENT } from '../decide/testWorld.ts'
import { TASKS_AT_ONCE, beginClaims, beginTasks } from './choose.ts'

const hash = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`
const address: Hex = `0x${'11'.repeat(20)}`

function factsOf(n: number, fields: Partial<DealFacts> = {}): DealFacts {
  return {
    id: hash(n),
    block: 1,
    app: address,
    requester: address,
    callback: undefined,
    trust: '1',
    category: 0,
    tag: hash(0),
    startTime: 0,
    timeref: 300,
    botFirst: 0,
    botSize: 10,
    owner: address,
    requirement: REQUIREMENT,
    refusal: undefined,
    workerStake: '0',
    seenAt: n,
    ...fields,
  }
}

const at = (chain: number): Now => ({ chain, ms: chain * 1_000 })
const NOW = at(10)
const ALWAYS = { isWaiting: () => false, isFree: () => true, now: NOW }

test('deals take turns, the one that ends first before the others', () => {
  const book = openBook()
  addDeal(book, factsOf(1, { botSize: 1_000_000 }))
  addDeal(book, factsOf(2, { startTime: -100 }))

  const begun = beginTasks(book, { ...ALWAYS, room: 4 })

  expect(begun.map(({ deal, index }) => [deal.facts.id, index])).toEqual([
    [hash(2), 0],
    [hash(1), 0],
    [hash(2), 1],
    [hash(1), 1],
  ])
})

test('a bag of endless tasks is begun a little at a time', () => {
  const book = openBook()
  addDeal(book, factsOf(1, { botSize: 2 ** 53 - 1 }))

  expect(beginTasks(book, { ...ALWAYS, room: 100_000 })).toHaveLength(TASKS_AT_ONCE)
})

test('no task is begun twice, whoever else begins some, and all of them in the end', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.array(fc.nat(29)), fc.nat(5), (size, strangers, first) => {
      const book = openBook()
      const deal = addDeal(book, factsOf(1, { botFirst: first, botSize: size }))
      const begun = new Set<number>()
      for (const stranger of strangers) {
        const index = first + (stranger % size)
        if (begun.has(index)) continue
        addTask(book, deal, { id: idOfTask(hash(1), index), index })
        begun.add(index)
        // It may be finished, and forgotten, before its turn.
        book.tasks.clear()
        for (const one of beginTasks(book, { ...ALWAYS, room: 1 })) {
          expect(begun.has(one.index)).toBe(false)
          begun.add(one.index)
        }
      }
      for (const one of beginTasks(book, { ...ALWAYS, room: 100 })) begun.add(one.index)
      expect(begun.size).toBe(size)
      expect(deal.ahead.size).toBe(0)
    }),
  )
})

test('nothing is begun after contributions have ended, or for a deal that cannot be run; all of it is claimed at its end', () => {
  const book = openBook()
  addDeal(book, factsOf(1))
  addDeal(book, factsOf(2, { requirement: undefined }))

  expect(beginTasks(book, { ...ALWAYS, now: at(2_100), room: 5 })).toEqual([])
  expect(beginClaims(book, at(2_999))).toEqual([])
  expect(beginClaims(book, at(3_000))).toHaveLength(20)
  expect(beginClaims(book, at(3_000))).toEqual([])
})
