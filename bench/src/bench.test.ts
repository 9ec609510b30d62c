// The benchmarks still run: small, and without an opinion on the figures of a busy machine.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { percentile, type Report } from './report.ts'

/** Whole networks are started, of processes that share two cores with other tests. */
const LONG_MS = 180_000

function run(...args: readonly string[]): Report {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const out = join(folder, 'report.json')
  execFileSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args, '--out', out], { stdio: 'pipe' })
  return JSON.parse(readFileSync(out, 'utf8')) as Report
}

test('the order book is measured at each size, judged at the largest, and published singly and in batches', () => {
  const { figures } = run('orderbook', '--orders', '1100', '--singles', '20', '--queries', '3')

  const names = figures.map(({ name }) => name).join('\n')
  expect(names).toContain('published singly')
  expect(names).toContain('batch endpoint')
  expect(names).toContain('1000 orders: best match, all kinds of wishes, those without an answer too, p99')
  expect(names).toContain('1100 orders: best match, all kinds of wishes, those without an answer too, p99')
  expect(figures.filter(({ value }) => !(value > 0))).toEqual([])
  const judged = figures.filter(({ target }) => target !== undefined).map(({ name }) => name)
  expect(judged.filter((name) => !name.startsWith('1100 orders: '))).toEqual([])
  expect(judged).toHaveLength(3)
})

test('the indexer is measured on a chain, without one, and from the block to the socket', () => {
  const { figures } = run('indexer', '--events', '500', '--synthetic', '3000', '--blocks', '3')

  expect(figures.filter(({ value }) => !(value >= 0))).toEqual([])
  expect(figures.map(({ unit }) => unit)).toEqual(expect.arrayContaining(['1/s', '%', 'ms']))
})

test('the command is measured as whole processes beside an empty node, and its package is weighed', () => {
  const { figures } = run('cli', '--runs', '2')

  const lines = figures.filter(({ baseline }) => baseline?.name === 'node -e 0')
  expect(lines.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['iexec --version', 'iexec --help', 'iexec info --raw', 'iexec account show --raw']),
  )
  expect(lines.filter(({ value }) => !(value > 0))).toEqual([])
  expect(figures.find(({ name }) => name === 'installed')?.value).toBeLessThan(10)
  expect(figures.find(({ unit }) => unit === '')?.value).toBe(0)
})

test(
  'a deal is followed block by block to its result, and a run is measured alone and as a task',
  () => {
    const { figures } = run('latency', '--deals', '1', '--runs', '1')

    const ends = figures.filter(({ name }) => name.includes("from the deal's block to the end"))
    expect(ends.map(({ baseline }) => baseline?.value)).toEqual([4, 4, 1, 1])
    expect(ends.filter(({ value }) => !(value > 0))).toEqual([])
    const blocks = figures.filter(({ name }) => name.includes(': block of '))
    expect(blocks.filter(({ value, baseline }) => !(value >= (baseline?.value ?? 0)))).toEqual([])
    expect(figures.find(({ name }) => name === 'a task of a module, p50')?.value).toBeGreaterThan(0)
  },
  LONG_MS,
)

test(
  'tasks are counted beside the chain and the engine alone, and places beside their workers',
  () => {
    const { figures } = run('throughput', '--tasks', '6', '--workers', '5', '--places', '20')

    expect(figures.filter(({ value }) => !(value > 0))).toEqual([])
    const names = figures.map(({ name }) => name).join('\n')
    expect(names).toContain('processor time per task: the scheduler')
    expect(names).toContain('places given to 5 simulated workers')
    expect(figures.filter(({ unit, target }) => unit === 'MiB' && target !== undefined)).toHaveLength(2)
  },
  LONG_MS,
)

test('a percentile is the smallest sample that so many do not exceed', () => {
  expect(percentile([4, 1, 3, 2], 0.5)).toBe(2)
  expect(percentile([4, 1, 3, 2], 0.99)).toBe(4)
  expect(percentile([7], 0.5)).toBe(7)
})
