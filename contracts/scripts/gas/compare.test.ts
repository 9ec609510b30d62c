import { expect, test } from 'vitest'
import { findBrokenLimits, findChanges } from './compare.ts'
import { LIMITS, MAIN } from './limits.ts'
import { GasRecord, type GasReport, type Spent } from './record.ts'
import { judgeGas, limitTable, scenarioTable } from './table.ts'

/** A report in which every call that has a limit costs this share of it. */
function reportAt(share: (limit: number) => number): GasReport {
  const report: Record<string, Record<string, Spent>> = {}
  for (const { call, scenario = MAIN, limit } of LIMITS) {
    report[scenario] = { ...report[scenario], [call]: spent(share(limit)) }
  }
  return report
}

function spent(mean: number): Spent {
  return { calls: 1, min: mean, mean, max: mean }
}

test('a call may cost its limit, and not one gas more', () => {
  expect(findBrokenLimits(reportAt((limit) => limit))).toEqual([])
  expect(findBrokenLimits(reportAt((limit) => limit + 1))).toHaveLength(LIMITS.length)
  expect(findBrokenLimits(reportAt((limit) => limit + 1))[0]).toBe(
    'matchOrders uses 380,001 gas, and at most 380,000 are allowed.',
  )
})

test('a call that was not measured is no call within its limit', () => {
  expect(findBrokenLimits({})).toHaveLength(LIMITS.length)
  expect(judgeGas({}).every(({ ours }) => ours === undefined)).toBe(true)
  expect(limitTable({})).toContain('not measured')
})

test('every change is told, cheaper or dearer, and calls that came or went', () => {
  const committed = { deal: { match: spent(100), claim: spent(7), same: spent(1), gone: spent(1) } }
  const measured = { deal: { match: spent(1_300), claim: spent(6), same: spent(1), come: spent(2) } }

  expect(findChanges(committed, measured)).toEqual([
    'deal: match uses 1,300 gas, 1,200 more than the snapshot.',
    'deal: claim uses 6 gas, 1 less than the snapshot.',
    'deal: gone is in the snapshot, but was not measured.',
    'deal: come is not in the snapshot: 2 gas.',
  ])
  expect(findChanges(committed, committed)).toEqual([])
})

test('a change that leaves the mean as it is is a change', () => {
  expect(findChanges({ a: { b: spent(5) } }, { a: { b: { ...spent(5), max: 6 } } })).toEqual([
    'a: b has the mean of the snapshot, but not its number of calls, least or most.',
  ])
})

test('a record tells least, mean and most of each call', () => {
  const record = new GasRecord()
  record.add('claim', 10n)
  record.add('claim', 21)
  record.add('match', 5)

  expect(record.summary()).toEqual({
    claim: { calls: 2, min: 10, mean: 16, max: 21 },
    match: { calls: 1, min: 5, mean: 5, max: 5 },
  })
  expect(record.total).toBe(36)
})

test('tables have a line for each call, figures to the right', () => {
  expect(scenarioTable({ 'a deal': { match: spent(1_000), claim: spent(1) } })).toBe(
    [
      '| scenario | call  | calls | least |  mean |  most |',
      '| -------- | ----- | ----: | ----: | ----: | ----: |',
      '| a deal   | match |     1 | 1,000 | 1,000 | 1,000 |',
      '|          | claim |     1 |     1 |     1 |     1 |',
    ].join('\n'),
  )
})
