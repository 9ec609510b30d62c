// The benchmarks still run: small, and without an opinion on the figures of a busy machine.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findChromium } from '@iexec/store/test/chromium'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { percentile, type Report } from './report.ts'
import { openWorkHouse, type WorkHouse } from './work/house.ts'
import { measureDeals } from './work/latency.ts'
import { measureOverheads } from './work/overhead.ts'
import { measureAlone, measureTogether } from './work/throughput.ts'

/** Many processes are started, which share two cores with other tests. */
const LONG_MS = 180_000

const start = promisify(execFile)

/** As `pnpm bench` runs it. */
async function run(...args: readonly string[]): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    const out = join(folder, 'report.json')
    await start(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args, '--out', out])
    return JSON.parse(readFileSync(out, 'utf8')) as Report
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// Nobody has an opinion on their figures here: so they may be measured at the same time.
describe.concurrent('benchmarks as they are called', { timeout: LONG_MS }, () => {
  test('the order book is measured at each size, judged at the largest, and published singly and in batches', async () => {
    const { figures } = await run('orderbook', '--orders', '1001', '--singles', '3', '--queries', '3')

    const names = figures.map(({ name }) => name).join('\n')
    expect(names).toContain('published singly')
    expect(names).toContain('batch endpoint')
    expect(names).toContain('1000 orders: best match, all kinds of wishes, those without an answer too, p99')
    expect(names).toContain('1001 orders: best match, all kinds of wishes, those without an answer too, p99')
    expect(figures.filter(({ value }) => !(value > 0))).toEqual([])
    const judged = figures.filter(({ target }) => target !== undefined).map(({ name }) => name)
    expect(judged.filter((name) => !name.startsWith('1001 orders: '))).toEqual([])
    expect(judged).toHaveLength(3)
  })

  test('the indexer is measured on a chain, without one, and from the block to the socket', async () => {
    const { figures } = await run('indexer', '--events', '100', '--synthetic', '500', '--blocks', '1')

    expect(figures.filter(({ value }) => !(value >= 0))).toEqual([])
    expect(figures.map(({ unit }) => unit)).toEqual(expect.arrayContaining(['1/s', '%', 'ms']))
  })

  test('the command is measured as whole processes beside an empty node, and its package is weighed', async () => {
    const { figures } = await run('cli', '--runs', '1')

    const lines = figures.filter(({ baseline }) => baseline?.name === 'node -e 0')
    expect(lines.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['iexec --version', 'iexec --help', 'iexec info --raw', 'iexec account show --raw']),
    )
    expect(lines.filter(({ value }) => !(value > 0))).toEqual([])
    expect(figures.find(({ name }) => name === 'installed')?.value).toBeLessThan(10)
    expect(figures.find(({ unit }) => unit === '')?.value).toBe(0)
  })
})

test.skipIf(findChromium() === undefined)(
  'pages are measured in Chromium beside a blank one, and nothing keeps anybody from using them',
  async () => {
    const { figures } = await run('web', '--loads', '1', '--sales', '1')

    const violations = figures.filter(({ unit }) => unit === 'violations')
    expect(violations.map(({ name }) => name.split(':')[0])).toEqual(['home', 'app', 'task'])
    expect(violations.filter(({ value }) => value !== 0)).toEqual([])
    expect(figures.filter(({ unit, value }) => unit !== 'violations' && !(value > 0))).toEqual([])
    expect(figures.filter(({ unit, target }) => unit === 'kB' && target?.value === 170)).toHaveLength(3)
    expect(figures.find(({ name }) => name.endsWith('at worst'))?.target?.value).toBe(1_000)
  },
  LONG_MS,
)

// Each of them starts a house like this one when it is called: the latency with three workers, the throughput with four.
describe('benchmarks of a whole house', { timeout: LONG_MS }, () => {
  let house: WorkHouse
  beforeAll(async () => {
    house = await openWorkHouse({ workers: 3, blockS: 1 })
  }, LONG_MS)
  afterAll(async () => house.stop())

  test('a deal is followed block by block to its result, and a run is measured alone and as a task', async () => {
    const figures = [...(await measureDeals(house, 1)), ...(await measureOverheads(1, inject('engine')))]

    const ends = figures.filter(({ name }) => name.includes("from the deal's block to the end"))
    expect(ends.map(({ baseline }) => baseline?.value)).toEqual([4, 4, 1, 1])
    expect(ends.filter(({ value }) => !(value > 0))).toEqual([])
    const blocks = figures.filter(({ name }) => name.includes(': block of '))
    expect(blocks.filter(({ value, baseline }) => !(value >= (baseline?.value ?? 0)))).toEqual([])
    expect(figures.find(({ name }) => name === 'a task of a module, p50')?.value).toBeGreaterThan(0)
  })

  test('tasks are counted beside the chain and the engine alone, and places beside their workers', async () => {
    const tasks = 6
    const alone = await measureAlone({ tasks, workers: 5, places: 20 })
    const figures = await measureTogether(house, tasks, alone)

    expect(figures.filter(({ value }) => !(value > 0))).toEqual([])
    const names = figures.map(({ name }) => name).join('\n')
    expect(names).toContain('processor time per task: the scheduler')
    expect(names).toContain('places given to 5 simulated workers')
    expect(figures.filter(({ unit, target }) => unit === 'MiB' && target !== undefined)).toHaveLength(2)
  })
})

test('a percentile is the smallest sample that so many do not exceed', () => {
  expect(percentile([4, 1, 3, 2], 0.5)).toBe(2)
  expect(percentile([4, 1, 3, 2], 0.99)).toBe(4)
  expect(percentile([7], 0.5)).toBe(7)
})
