// What a check finds, over apps that are functions of what is varied.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { existsSync, opendirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256, stringToHex } from 'viem'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { factsOf } from '../../test/facts.ts'
import { functionEngine, type FunctionApp } from '../../test/functionEngine.ts'
import { describeRun } from '../contract/describeRun.ts'
import type { FetchedInput } from '../inputs/fetchInputs.ts'
import { checkApp, type CheckReport, type CheckRun } from './checkApp.ts'
import { isOrderVariable } from './runVaried.ts'
import type { Ground } from './variations.ts'

let base: string
beforeEach(async () => {
  base = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'iexec-check-'))
})
afterEach(async () => rm(base, { recursive: true }))

const GROUND: Ground = {
  type: 'DOCKER',
  cpus: 4,
  clockLibrary: '/usr/lib/libfaketime.so.1',
  isOrderVariable: true,
  inputs: 2,
  hasInit: true,
}

async function inputOf(name: string): Promise<FetchedInput> {
  const path = join(base, name)
  await writeFile(path, name)
  return { url: `https://example.com/${name}`, name, path, bytes: name.length, sha256: sha256(stringToHex(name)) }
}

async function check(
  app: FunctionApp,
  ground: Partial<Ground> = {},
  onRun?: (run: CheckRun) => void,
): Promise<CheckReport> {
  const plan = describeRun(factsOf())
  if (!plan.ok) throw new Error(plan.message)
  const signal = new AbortController().signal
  const prepared = await functionEngine(app).prepare(plan.job.app, { signal, seconds: 1 })
  const inputs = await Promise.all(['a', 'b'].map(inputOf))
  const folder = join(base, 'check')
  const report = await checkApp(
    { app: prepared, plan, inputs },
    { folder, ground: { ...GROUND, ...ground }, signal, betweenStartsMs: 0, ...(onRun && { onRun }) },
  )
  expect(existsSync(folder)).toBe(false)
  return report
}

/** An app that writes what it finds. */
function write(find: (...given: Parameters<FunctionApp>) => unknown): FunctionApp {
  return async (...given) => writeFile(join(given[1].output, 'result.txt'), `always ${String(find(...given))}`)
}

test('an app that always does the same is deterministic, after three runs', async () => {
  const runs: CheckRun[] = []

  const report = await check(
    write(() => 'this'),
    {},
    (run) => runs.push(run),
  )

  expect(report).toMatchObject({ kind: 'deterministic', runs: 3, differences: [], notVaried: [] })
  expect(report.varied).toEqual([
    'start time',
    'clock',
    'time zone',
    'host name',
    'cpu count',
    'process number',
    'file order',
    'temporary folder',
  ])
  expect(runs.map(({ varied }) => varied.length)).toEqual([0, 0, 7])
})

test.each<readonly [string, FunctionApp]>([
  ['clock', write((_, __, { variation }) => variation?.clock?.startsAt)],
  ['time zone', write(({ env }) => env['TZ'])],
  ['host name', write((_, __, { variation }) => variation?.hostname)],
  ['cpu count', write((_, __, { variation }) => variation?.visibleCpus)],
  ['process number', write((_, __, { variation }) => variation?.isSecondProcess)],
  ['temporary folder', write((_, __, { variation }) => variation?.temporaryFolder)],
])('the %s explains a difference that it makes', async (thing, app) => {
  const report = await check(app)

  expect(report).toMatchObject({
    kind: 'different',
    explainedBy: [thing],
    differences: [{ output: 'result.txt', fromByte: 7 }],
  })
  expect(report.kind === 'different' && report.advice.length).toBe(2)
})

test('the order of files explains a difference where the disk lets it be varied', async () => {
  const list = write((_, { input }) => {
    using folder = opendirSync(input)
    return folder.readSync()?.name
  })
  const isVariable = await isOrderVariable(join(base, 'probe'), ['a', 'b'])

  const report = await check(list, { isOrderVariable: isVariable })

  if (isVariable) expect(report).toMatchObject({ kind: 'different', explainedBy: ['file order'] })
  else expect(report.notVaried).toMatchObject([{ thing: 'file order' }])
})

test('each of several things that make a difference is named', async () => {
  const report = await check(write(({ env }, _, { variation }) => [env['TZ'], variation?.hostname]))

  expect(report).toMatchObject({ explainedBy: ['time zone', 'host name'] })
})

test('things that make a difference only together are told from those that do alone', async () => {
  const both = write(({ env }, _, { variation }) => env['TZ'] !== undefined && variation?.hostname !== undefined)

  const report = await check(both)

  expect(report).toMatchObject({ kind: 'different', explainedBy: [] })
  expect(report.kind === 'different' && report.advice[0]).toContain('only together')
})

test('what differs from run to run is explained by the start time, when a fixed clock makes it equal', async () => {
  let now = 0

  const report = await check(write((_, __, { variation }) => variation?.clock?.startsAt ?? now++))

  expect(report).toMatchObject({ explainedBy: ['start time'], runs: 7 })
})

test('what differs from run to run is not blamed on what was varied, also when the first two runs were the same by luck', async () => {
  let run = 0

  const report = await check(write(() => Math.max(2, ++run)))

  expect(report).toMatchObject({ kind: 'different', explainedBy: [] })
  expect(report.kind === 'different' && report.advice.join(' ')).not.toContain('only together')
})

test('what differs from run to run is not explained by two runs that were the same by luck', async () => {
  const seconds = [1, 2, 3, 3, 4]

  const report = await check(
    write(() => seconds.shift()),
    { clockLibrary: undefined },
  )

  expect(report).toMatchObject({ kind: 'different', explainedBy: [], runs: 5 })
})

test('what differs from run to run, whatever is kept the same, is chance', async () => {
  let chance = 0

  const report = await check(write(() => chance++))

  expect(report).toMatchObject({ kind: 'different', explainedBy: [] })
  expect(report.kind === 'different' && report.advice).toEqual([
    expect.stringContaining('seed random numbers with IEXEC_TASK_ID'),
    expect.stringContaining('consensus.iexec'),
  ])
})

test('files that differ and do not count are told, and the app is deterministic', async () => {
  let chance = 0

  const report = await check(async (_, { output }, { onLog }) => {
    onLog?.({ stream: 'stdout', text: `run ${chance}` })
    await writeFile(join(output, 'consensus.iexec'), 'agreed')
    await writeFile(join(output, 'noise'), String(chance++))
  })

  expect(report).toMatchObject({ kind: 'deterministic' })
  expect(report.kind === 'deterministic' && report.differences.map(({ output }) => output)).toEqual([
    'noise',
    'stdout.txt',
  ])
})

test('a variation under which an app fails is named with the failure', async () => {
  const report = await check(async ({ env }) => (env['TZ'] === undefined ? undefined : { kind: 'exited', exitCode: 3 }))

  expect(report).toMatchObject({
    kind: 'different',
    explainedBy: ['time zone'],
    votes: [expect.stringMatching(/^0x/u), 'The app exited with 3.'],
  })
})

test('a clock that cannot be set in an image is not blamed', async () => {
  const report = await check(async (_, __, { variation, onLog }) => {
    if (variation?.clock === undefined) return undefined
    onLog?.({ stream: 'stderr', text: "version `GLIBC_2.38' not found (required by /iexec-clock/libfaketime.so.1)" })
    return { kind: 'exited', exitCode: 1 }
  })

  expect(report).toMatchObject({ kind: 'deterministic', notVaried: [{ thing: 'clock' }] })
  expect(report.varied).not.toContain('clock')
})

test('an app that has no result is not compared', async () => {
  const report = await check(async () => ({ kind: 'timeout' }))

  expect(report).toMatchObject({
    kind: 'failed',
    runs: 1,
    message: expect.stringContaining('longer than its category'),
  })
})

test('what cannot be varied is said, with the reason', async () => {
  const report = await check(
    write(() => 1),
    { cpus: 1, clockLibrary: undefined, hasInit: false, inputs: 1 },
  )

  expect(report.notVaried).toEqual([
    { thing: 'clock', why: 'libfaketime is not installed on this machine.' },
    { thing: 'cpu count', why: 'This machine has one cpu.' },
    { thing: 'process number', why: expect.stringContaining('docker-init') },
    { thing: 'file order', why: 'There are fewer than two inputs.' },
  ])
  expect(report.varied).toEqual(['start time', 'time zone', 'host name', 'temporary folder'])
})

test('a WASM module runs twice: nothing else differs between workers', async () => {
  const report = await check(
    write(() => 1),
    { type: 'WASM' },
  )

  expect(report).toMatchObject({ kind: 'deterministic', runs: 2, varied: ['start time'] })
  expect(report.notVaried.length).toBe(7)
})

test('what the app says of its result and nobody can follow is warned of once, however often it runs', async () => {
  const report = await check(async (_, { output }) => writeFile(join(output, 'computed.json'), '{bad'))

  expect(report).toMatchObject({ kind: 'deterministic', warnings: [expect.stringContaining('is not JSON')] })
  expect((await check(write(() => 1))).warnings).toEqual([])
})
