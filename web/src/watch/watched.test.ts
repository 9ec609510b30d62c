// What is kept of what is watched.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  keyOf,
  MOST_WATCHED,
  newlySeen,
  readWatched,
  withOne,
  withoutOne,
  writeWatched,
  type Watched,
} from './watched.ts'

const task = { kind: 'task', id: `0x${'7'.repeat(64)}`, seen: 'active' } as const
const app = { kind: 'app', id: `0x${'a'.repeat(40)}` } as const

/** Apps of so many addresses. */
function apps(count: number): readonly Watched[] {
  return Array.from({ length: count }, (_, place) => ({
    kind: 'app',
    id: `0x${String(place).padStart(40, '0')}`,
  }))
}

test('what was kept is read again as it was', () => {
  expect(readWatched(writeWatched([task, app]))).toEqual([task, app])
  expect(readWatched(writeWatched([]))).toEqual([])
})

test.each([
  ['no JSON', 'watched'],
  ['no list', '{"length":1}'],
  ['nothing in it', '[null,7,"task",[]]'],
  ['a kind that is none', JSON.stringify([{ ...app, kind: 'constructor' }])],
  ['an id that leads elsewhere', JSON.stringify([{ ...app, id: '0x/../../evil' }])],
  ['an id of another length', JSON.stringify([{ ...app, id: `0x${'a'.repeat(64)}` }])],
  ['digits that are no list of them', JSON.stringify([{ ...app, id: ['0x'] }])],
])('what is %s is left away', (_, text) => {
  expect(readWatched(text)).toEqual([])
})

test('a state that this site did not write is left away, and what it is of stays', () => {
  expect(readWatched(JSON.stringify([{ ...task, seen: '<img src=x>', more: 1 }]))).toEqual([
    { kind: 'task', id: task.id },
  ])
})

test('nothing is watched twice', () => {
  expect(readWatched(JSON.stringify([app, app]))).toEqual([app])
  expect(withOne([app], app)).toEqual([app])
})

test('no more is kept than the market is asked for at once', () => {
  const almost = apps(MOST_WATCHED - 1)
  const full = withOne(almost, task)

  expect(full).toHaveLength(MOST_WATCHED)
  expect(withOne(full, app)).toBe(full)
  expect(readWatched(JSON.stringify(apps(MOST_WATCHED + 1)))).toHaveLength(MOST_WATCHED)
})

test('what is let go of is gone, and all else stays', () => {
  expect(withoutOne([task, app], { kind: 'task', id: task.id })).toEqual([app])
})

test.each([
  ['changed before its eyes', 'active', 'active', 'completed', 'completed'],
  ['is seen for the first time', undefined, undefined, 'active', 'active'],
  ['was forgotten elsewhere', undefined, 'active', 'active', 'active'],
  ['changed while the site was closed', 'active', undefined, 'completed', 'completed'],
  ['another window has seen change', 'completed', 'active', 'active', undefined],
  ['another window has kept already', 'completed', 'active', 'completed', undefined],
  ['is not known', 'active', 'active', undefined, undefined],
])('a window keeps no state but of what %s', (...[, kept, before, now, keeps]) => {
  const one: Watched = { kind: 'task', id: task.id, ...(kept === undefined ? {} : { seen: kept }) }
  const of = (seen: string | undefined): ReadonlyMap<string, string> =>
    new Map(seen === undefined ? [] : [[keyOf(one), seen]])

  expect(newlySeen([one], of(before), of(now))).toEqual(of(keeps))
})

test('whatever stands in the browser, what is read has ids and is kept again as it was read', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const watched = readWatched(text)

      expect(readWatched(writeWatched(watched))).toEqual(watched)
    }),
  )
})
