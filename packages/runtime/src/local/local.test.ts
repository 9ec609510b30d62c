// Apps on the machine of whoever makes them: tried as a worker would, and checked for determinism, in real engines.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { pushImage, type TestEngineAddress } from '../../test/engine.ts'
import type { CheckReport } from '../check/checkApp.ts'
import { checkLocalApp } from './checkLocalApp.ts'
import { findClockLibrary, openLocalApp, type LocalApp, type LocalAppSource } from './openLocalApp.ts'
import { testApp, type TestedApp } from './testApp.ts'

const address = inject('engine')
const signal = new AbortController().signal

let base: string
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'iexec-local-'))
  await writeFile(join(base, 'data.csv'), 'rows')
  await writeFile(join(base, 'empty.wasm'), EMPTY_MODULE)
})
afterAll(async () => rm(base, { recursive: true, force: true }))

/** One function that does nothing, exported as `_start`, and a memory. */
const EMPTY_MODULE = Buffer.from(
  '0061736d01000000010401600000030201000503010001071302065f73746172740000066d656d6f727902000a040102000b',
  'hex',
)

let folders = 0
const newFolder = (): string => join(base, String(folders++))

async function open(source: LocalAppSource, clockLibrary?: string): Promise<LocalApp> {
  const docker = { label: 'local.test', ...(address === undefined ? {} : { host: address.host }) }
  const options = { folder: newFolder(), docker, gateways: [], allowsPrivate: true, signal, seconds: 60 }
  return openLocalApp(source, clockLibrary === undefined ? options : { ...options, clockLibrary })
}

async function tryOut(app: LocalApp, args: string, inputFiles: readonly string[] = []): Promise<TestedApp> {
  return testApp(app, { args, inputFiles }, { folder: newFolder(), gateways: [], signal })
}

async function check(app: LocalApp, args: string, betweenStartsMs = 0): Promise<CheckReport> {
  return checkLocalApp(app, { args }, { folder: newFolder(), gateways: [], signal, betweenStartsMs })
}

describe.skipIf(address === undefined)('an image', () => {
  let app: LocalApp
  beforeAll(async () => {
    const config = { Entrypoint: ['/bin/sh', '-c'] }
    const { image } = await pushImage(address as TestEngineAddress, { repository: 'test/local', config })
    app = await open({ type: 'DOCKER', image })
  })

  test('is tried with files of this machine, and leaves what a requester would download', async () => {
    const script = `'cat /iexec_in/$IEXEC_INPUT_FILE_NAME_1 /iexec/data.csv > /iexec_out/twice; echo heard'`

    const [one, other] = [
      await tryOut(app, script, [join(base, 'data.csv')]),
      await tryOut(app, script, [join(base, 'data.csv')]),
    ]

    expect(app.refusals).toEqual([])
    expect(one).toMatchObject({ kind: 'result', rule: 'tree', covers: ['twice'], ran: { stdout: { text: 'heard\n' } } })
    expect(other.digest).toBe(one.digest)
    expect(await readFile(join(one.resultFolder, 'twice'), 'utf8')).toBe('rowsrows')
    expect((await readdir(one.resultFolder)).toSorted()).toEqual(['stderr.txt', 'stdout.txt', 'twice'])
  })

  test('that workers would refuse says why, and can be tried nevertheless', async () => {
    const { image } = await pushImage(address as TestEngineAddress, {
      repository: 'test/refused',
      files: [{ path: 'iexec_out/' }],
      config: { Entrypoint: ['/bin/sh', '-c'] },
    })
    const refused = await open({ type: 'DOCKER', image })

    expect(refused.refusals).toEqual([expect.stringContaining('/iexec_out')])
    expect(await tryOut(refused, `'echo x > /iexec_out/x'`)).toMatchObject({ kind: 'result', covers: ['x'] })
  })

  test('whose outputs depend on what differs between workers is told on what, and which outputs differ', async () => {
    const commands = { 'time zone': 'date +%z', 'host name': 'hostname', 'cpu count': 'nproc' }
    const more = { 'process number': 'echo $$', 'temporary folder': 'echo $TMPDIR' }
    const all = Object.entries({ ...commands, ...more })
    const script = all.map(([thing, command]) => `${command} > "/iexec_out/${thing}"`).join('; ')

    const report = await check(app, `'${script}'`)

    const varied = all
      .map(([thing]) => thing)
      .filter((thing) => !report.notVaried.some((other) => other.thing === thing))
    expect(varied.length).toBeGreaterThanOrEqual(3)
    expect(report).toMatchObject({ kind: 'different', explainedBy: varied })
    expect(report.kind === 'different' && report.differences.map(({ output }) => output)).toEqual(varied.toSorted())
  })

  test('that writes the time is not deterministic, and its clock cannot be set where it is linked statically', async () => {
    const report = await check(app, `'date +%s > /iexec_out/out.txt'`, 1100)

    expect(report).toMatchObject({ kind: 'different', explainedBy: [], differences: [{ output: 'out.txt' }] })
    expect(report.notVaried.find(({ thing }) => thing === 'clock')?.why).toMatch(/statically|not installed/u)
  })

  test('that always does the same is deterministic', async () => {
    expect(await check(app, `'echo same > /iexec_out/out.txt'`)).toMatchObject({
      kind: 'deterministic',
      differences: [],
    })
  })
})

const library = process.env['LIBFAKETIME'] ?? findClockLibrary({ host: 'unix:' })

describe.skipIf(address === undefined || library === undefined)('an image with glibc, beside libfaketime', () => {
  test('that writes the time is told so, because with a clock that was set it does not differ', async () => {
    const { image } = await pushImage(address as TestEngineAddress, {
      repository: 'test/glibc',
      files: filesOf(['/usr/bin/date', '/usr/bin/dash', String(library)]),
      config: { Entrypoint: ['/usr/bin/dash', '-c'], Env: ['PATH=/usr/bin'] },
    })
    const app = await open({ type: 'DOCKER', image }, library)

    const report = await check(app, `'date +%s > /iexec_out/out.txt'`, 1100)

    expect(report.notVaried.map((other) => other.thing)).not.toContain('clock')
    expect(report).toMatchObject({ kind: 'different', explainedBy: ['start time'] })
  })

  test('whose own libraries are not those of libfaketime is not blamed for that', async () => {
    const { image } = await pushImage(address as TestEngineAddress, {
      repository: 'test/glibc',
      tag: 'little',
      files: filesOf(['/usr/bin/dash']),
      config: { Entrypoint: ['/usr/bin/dash', '-c'] },
    })
    const app = await open({ type: 'DOCKER', image }, library)

    const report = await check(app, `'echo same > /iexec_out/out.txt'`)

    expect(report.kind).toBe('deterministic')
    expect(report.notVaried.find(({ thing }) => thing === 'clock')?.why).toContain('cannot be loaded')
  })
})

/** Programs of this machine with all that they load, for an image. */
function filesOf(
  programs: readonly string[],
): readonly { readonly path: string; readonly content: Buffer; readonly mode: number }[] {
  const loaded = programs.flatMap((program) => {
    const listed = execFileSync('sh', ['-c', 'ldd "$0"', program], { encoding: 'utf8' })
    return [program, ...(listed.match(/\/\S+(?= \()/gu) ?? [])]
  })
  return [...new Set(loaded)].map((path) => ({ path: path.slice(1), content: readFileSync(path), mode: 0o755 }))
}

describe('a WASM module', () => {
  test('is tried from a file, and is deterministic', async () => {
    const app = await open({ type: 'WASM', module: join(base, 'empty.wasm') })

    expect(app.refusals).toEqual([])
    expect(await tryOut(app, '')).toMatchObject({ kind: 'result', covers: [] })
    expect(await check(app, '')).toMatchObject({ kind: 'deterministic', runs: 2 })
  })

  test('that workers would refuse says why', async () => {
    await writeFile(join(base, 'broken.wasm'), 'no module')

    const app = await open({ type: 'WASM', module: join(base, 'broken.wasm') })

    expect(app.refusals).toEqual([expect.stringContaining('refused')])
    expect(await tryOut(app, '')).toMatchObject({ kind: 'fault', cause: 'APP_IMAGE_REFUSED' })
  })

  test('that is not there cannot be tried', async () => {
    await expect(open({ type: 'WASM', module: join(base, 'none.wasm') })).rejects.toMatchObject({
      name: 'TaskFault',
      kind: 'APP_IMAGE_DOWNLOAD_FAILED',
    })
  })
})
