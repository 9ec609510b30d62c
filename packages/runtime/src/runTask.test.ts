// Whole tasks: what is fetched, what an app sees, what is voted for, and what stays on the disk.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { encodeTag } from '@iexec/protocol'
import { keccak256 } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { factsOf } from '../test/facts.ts'
import { startServer, type FileServer } from '../test/fileServer.ts'
import { functionEngine, type FunctionApp } from '../test/functionEngine.ts'
import { inputName, type TaskFacts } from './contract/describeRun.ts'
import { MachineFault, TaskFault } from './job.ts'
import { runTask, type Outcome, type RunEvent, type RunTaskOptions } from './runTask.ts'

let base: string
let server: FileServer
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'iexec-task-'))
  FILES['/data.zip'] = await zipOf(['in/same', 'in/changed'])
  FILES['/slip.zip'] = Buffer.from((await zipOf(['aa/b'])).toString('latin1').replaceAll('aa/b', '../b'), 'latin1')
  server = await startServer((request, response) => {
    const body = FILES[request.url ?? '']
    if (body === undefined) response.writeHead(404).end()
    else response.end(body)
  })
})
afterAll(async () => {
  await server.stop()
  await rm(base, { recursive: true })
})

const BAG = 'QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ'
const DATASET = { address: `0x${'Ab'.repeat(20)}`, checksum: `0x${sha256('rows')}` } as const
const FILES: Record<string, string | Buffer> = {
  '/a.csv': 'a',
  '/data': 'rows',
  '/b/%EF%BF%BD': 'b',
  '/c/%EF%BF%BD': 'c',
  [`/ipfs/${BAG}`]: JSON.stringify([{}, {}, {}, { args: '--seed "3 4"', inputFiles: [] }]),
}

/** A zip file whose files hold the last parts of their names. */
async function zipOf(names: readonly string[]): Promise<Buffer> {
  const zip = new ZipFile()
  for (const name of names) zip.addBuffer(Buffer.from(basename(name)), name)
  zip.end()
  return buffer(zip.outputStream)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** An app that leaves one file, other bytes each time. */
function leave(name: string, exitCode: number): FunctionApp {
  return async (_, { output }) => {
    await writeFile(join(output, name), `${runs}`)
    return { kind: 'exited', exitCode }
  }
}

/** An app that says something, and leaves always the same. */
function speak(text: string): FunctionApp {
  return async (_, { output }, { onLog }) => {
    onLog?.({ stream: 'stdout', text })
    await writeFile(join(output, 'a'), 'a')
  }
}

const writeTwo: FunctionApp = async (_, { output }, { onLog }) => {
  onLog?.({ stream: 'stderr', text: 'warning' })
  await writeFile(join(output, 'b'), 'b')
  await writeFile(join(output, 'a'), 'a')
}

let runs = 0
type Wish = { readonly facts?: Partial<TaskFacts> } & Partial<RunTaskOptions>

async function run(app: FunctionApp, { facts = {}, ...other }: Wish = {}): Promise<Outcome> {
  return runTask(factsOf(facts), {
    engines: [functionEngine(app)],
    folder: join(base, String(runs++)),
    gateways: [server.url],
    allowsPrivateInputs: true,
    allowsNetwork: false,
    signal: new AbortController().signal,
    patience: { stallMs: 5000, pauseMs: 0, tries: 2 },
    ...other,
  })
}

test('an app gets its arguments, its inputs by the hashes of their URLs, and its dataset by its address', async () => {
  const url = `${server.url}/a.csv`
  const dataset = { ...DATASET, multiaddr: `${server.url}/data` }
  const params = JSON.stringify({ iexec_args: `--name 'x y'`, iexec_input_files: [url] })
  let seen: readonly unknown[] = []

  const outcome = await run(
    async ({ args, env }, { input, output }) => {
      const name = env['IEXEC_INPUT_FILE_NAME_1'] ?? ''
      seen = [args, await readFile(join(input, name), 'utf8'), await readdir(input), env['IEXEC_DATASET_FILENAME']]
      await writeFile(join(output, 'result.txt'), 'good')
    },
    { facts: { dataset, params } },
  )

  const address = DATASET.address.toLowerCase()
  expect(seen).toEqual([['--name', 'x y'], 'a', [inputName(url), address].toSorted(), address])
  expect(outcome).toMatchObject({
    kind: 'result',
    rule: 'tree',
    digest: `0x${sha256(`result.txt\u00004\0${sha256('good')}\n`)}`,
    covers: ['result.txt'],
  })
})

test('an app of 2018 finds its inputs by their names, and what it leaves beside them is the result', async () => {
  const params = JSON.stringify({ cmdline: 'go', dirinuri: `${server.url}/a.csv` })

  const outcome = await run(
    async ({ args }, { legacy }) => {
      expect(await readdir(legacy)).toContain('a.csv')
      await writeFile(join(legacy, 'consensus.iexec'), args.join())
    },
    { facts: { params } },
  )

  expect(outcome).toMatchObject({ rule: 'determinism', covers: ['consensus.iexec'], digest: `0x${sha256('go')}` })
})

test('an app of 2018 finds zip files unpacked, and gives back only what is new or changed', async () => {
  const params = JSON.stringify({ cmdline: '', dirinuri: `${server.url}/data.zip` })

  const outcome = await run(
    async (_, { legacy }) => {
      expect((await readdir(legacy)).toSorted()).toEqual(
        ['data.zip', 'in', inputName(`${server.url}/data.zip`)].toSorted(),
      )
      await rm(join(legacy, 'in/changed'))
      await writeFile(join(legacy, 'in/changed'), 'other')
      await rm(join(legacy, 'in/same'))
      await writeFile(join(legacy, 'in/same'), 'same')
      await writeFile(join(legacy, 'in/new'), 'new')
    },
    { facts: { params } },
  )

  expect(outcome).toMatchObject({ rule: 'tree', covers: ['in/changed', 'in/new'] })
})

test('a harmful zip file is a fault of the task, and names the file', async () => {
  const params = JSON.stringify({ iexec_input_files: [`${server.url}/slip.zip`] })

  const outcome = await run(async () => undefined, { facts: { params } })

  expect(outcome).toMatchObject({ kind: 'fault', cause: 'INPUT_FILES_DOWNLOAD_FAILED' })
  expect(outcome.kind === 'fault' && outcome.message).toContain('slip.zip: A zip file cannot be unpacked')
})

test('what an app wrote to stdout and stderr is in the archive and not in the digest', async () => {
  const [one, other] = [await run(speak('one')), await run(speak('two'))]

  expect(one.digest).toBe(other.digest)
  expect(one.archive.sha256).not.toBe(other.archive.sha256)
  expect(await readFile(one.archive.file, 'utf8')).toMatch(/stderr\.txt.*stdout\.txt.*one/su)
})

test('each task of a bag gets its own entry', async () => {
  let args: readonly string[] = []

  await run(
    async (job) => {
      args = job.args
    },
    { facts: { params: JSON.stringify({ iexec_args: '--all', iexec_bag: BAG }) } },
  )

  expect(args).toEqual(['--all', '--seed', '3 4'])
})

test('a bag without an entry for the task is a fault of the task', async () => {
  const outcome = await run(async () => undefined, { facts: { index: 4, params: JSON.stringify({ iexec_bag: BAG }) } })

  expect(outcome).toMatchObject({ kind: 'fault', cause: 'INPUT_FILES_DOWNLOAD_FAILED' })
  expect(outcome.kind === 'fault' && outcome.message).toContain('has 4 entries, and none for the task 4')
})

test('whatever fails is voted for by its cause alone', async () => {
  const missing = { facts: { params: JSON.stringify({ iexec_input_files: [`${server.url}/none`] }) } }
  const outcomes = await Promise.all([
    run(async () => undefined, missing),
    run(async () => undefined, { facts: { dataset: { ...DATASET, multiaddr: `${server.url}/none` } } }),
    run(async () => undefined, { facts: { dataset: { ...DATASET, multiaddr: `${server.url}/a.csv` } } }),
    run(async () => undefined, { facts: { dataset: { ...DATASET, multiaddr: '0xff00' } } }),
    run(leave('a', 1)),
    run(async () => ({ kind: 'timeout' })),
    run(async () => ({ kind: 'out-of-memory' })),
    run(async () => ({ kind: 'disk-full' })),
    run(async () => ({ kind: 'trapped', message: 'unreachable' })),
  ])

  expect(outcomes.map((outcome) => outcome.kind === 'fault' && outcome.cause)).toEqual([
    'INPUT_FILES_DOWNLOAD_FAILED',
    'DATASET_FILE_DOWNLOAD_FAILED',
    'DATASET_FILE_BAD_CHECKSUM',
    'DATASET_FILE_DOWNLOAD_FAILED',
    'APP_EXITED',
    'APP_TIMEOUT',
    'APP_OUT_OF_MEMORY',
    'APP_DISK_FULL',
    'APP_TRAPPED',
  ])
  expect(outcomes[0]?.digest).toBe(`0x${sha256('INPUT_FILES_DOWNLOAD_FAILED')}`)
})

test('what an app that failed left behind changes nothing, unless it said itself what counts', async () => {
  const [partial, other, declared] = await Promise.all(
    ['a', 'b', 'determinism.iexec'].map(async (name) => run(leave(name, 7))),
  )

  expect(partial).toMatchObject({ kind: 'fault', cause: 'APP_EXITED', message: 'The app exited with 7.' })
  expect(partial?.digest).toBe(other?.digest)
  expect(declared).toMatchObject({ kind: 'result', rule: 'determinism', ran: { ending: { exitCode: 7 } } })
})

test('the data for a callback decide alone, and no failure is delivered as if it were data', async () => {
  const facts = { hasCallback: true }
  const left = await run(
    async (_, { output }) => writeFile(join(output, 'computed.json'), '{"callback-data":"0x1234"}'),
    { facts },
  )
  const [nothing, failed] = await Promise.all([
    run(async () => undefined, { facts }),
    run(async () => ({ kind: 'timeout' }), { facts }),
  ])

  expect(left).toMatchObject({ rule: 'callback', callbackData: '0x1234', digest: keccak256('0x1234') })
  expect(nothing).toMatchObject({ kind: 'fault', cause: 'RESULT_REFUSED' })
  expect([nothing?.digest, failed?.digest]).toEqual([undefined, undefined])
})

test('what an app says of its result and nobody can follow is warned of, and changes no digest', async () => {
  const [bad, failed] = await Promise.all(
    [0, 7].map(async (exitCode) =>
      run(async (_, { output }) => {
        await writeFile(join(output, 'computed.json'), '{bad')
        return { kind: 'exited', exitCode }
      }),
    ),
  )
  const warnings = [expect.stringMatching(/^\/iexec_out\/computed\.json is not JSON \(.*\): it counts as none/u)]

  expect(bad).toMatchObject({ kind: 'result', rule: 'tree', covers: ['computed.json'], warnings })
  expect(failed).toMatchObject({ kind: 'fault', cause: 'APP_EXITED', warnings })
})

test('the fault of an app comes before that of an input, whichever was known first', async () => {
  const facts = { params: JSON.stringify({ iexec_input_files: [`${server.url}/none`] }) }
  const engine = functionEngine(
    async () => undefined,
    async (_, { signal }) => {
      // The input has failed by now.
      await expect.poll(() => server.requests.at(-1)?.url).toBe('/none')
      signal.throwIfAborted()
      throw new TaskFault('APP_IMAGE_REFUSED', 'It is refused.')
    },
  )

  expect(await run(async () => undefined, { facts, engines: [engine] })).toMatchObject({ cause: 'APP_IMAGE_REFUSED' })
})

test('a fault of this machine is no vote', async () => {
  const folder = join(base, 'machine')
  const engine = functionEngine(
    async () => undefined,
    async () => {
      throw new MachineFault('There is no engine.')
    },
  )

  await expect(run(async () => undefined, { engines: [engine], folder })).rejects.toThrow(MachineFault)
  await expect(run(async () => undefined, { engines: [] })).rejects.toThrow('no engine for apps of the type WASM')
  expect(existsSync(folder)).toBe(false)
})

test.each<[string, Partial<TaskFacts>, string]>([
  ['params that are not of the specification', { params: '{"fast":1}' }, 'PARAMS_REFUSED'],
  ['an app of a type that nobody runs', { app: { ...factsOf().app, type: 'JAR' } }, 'APP_IMAGE_REFUSED'],
])('a deal with %s ends by a vote, before anything is fetched and without an engine', async (_, facts, cause) => {
  const before = server.requests.length

  const outcome = await run(async () => undefined, { facts, engines: [] })

  expect(outcome).toMatchObject({ kind: 'fault', cause, digest: `0x${sha256(cause)}` })
  expect(outcome).not.toHaveProperty('ran')
  expect(await readFile(outcome.archive.file, 'latin1')).toContain(cause)
  expect(server.requests.length).toBe(before)
})

test.each([
  ['in a path of IPFS', [`/ipfs/${BAG}/\ud800`], 'PARAMS_REFUSED'],
  ['in a URL', ['/a/\ud800'], 'INPUT_FILES_DOWNLOAD_FAILED'],
])('half a character %s is a failure of the task, and none of this machine', async (_, paths, cause) => {
  const urls = paths.map((path) => (path.startsWith('/ipfs/') ? path : `${server.url}${path}`))

  const outcome = await run(async () => undefined, { facts: { params: JSON.stringify({ iexec_input_files: urls }) } })

  expect(outcome).toMatchObject({ kind: 'fault', cause })
})

test('inputs whose names no disk can tell apart are there by the hashes of their URLs', async () => {
  const urls = ['/b/\ud800', '/c/\ud801'].map((path) => `${server.url}${path}`)
  let given: readonly string[] = []

  const outcome = await run(
    async (_, { input }) => {
      given = await readdir(input)
    },
    { facts: { params: JSON.stringify({ iexec_input_files: urls }) } },
  )

  expect(outcome).toMatchObject({ kind: 'result' })
  expect(given.toSorted()).toEqual(urls.map(inputName).toSorted())
})

test('nobody votes that a bulk of datasets cannot be done: workers with an enclave could', async () => {
  const facts = { params: JSON.stringify({ bulk_cid: BAG }), tag: encodeTag('tee,tdx') }

  await expect(run(async () => undefined, { facts })).rejects.toThrow(MachineFault)
})

test('what happens is told as it happens', async () => {
  const events: RunEvent[] = []
  const facts = { params: JSON.stringify({ iexec_input_files: [`${server.url}/a.csv`] }) }

  await run(async (_, __, { onLog }) => onLog?.({ stream: 'stdout', text: 'hello' }), {
    facts,
    onEvent: (event) => events.push(event),
  })

  expect(events).toEqual([
    { type: 'fetching', what: 'inputs', progress: { doneBytes: 1, totalBytes: 1 } },
    { type: 'running' },
    { type: 'log', stream: 'stdout', text: 'hello' },
    { type: 'ended', ending: { kind: 'exited', exitCode: 0 } },
  ])
})

test('a run that is taken back leaves nothing behind', async () => {
  const folder = join(base, 'aborted')
  const controller = new AbortController()
  const stopped = run(
    async () => {
      controller.abort(new Error('Enough.'))
      return { kind: 'aborted' }
    },
    { folder, signal: controller.signal },
  )

  await expect(stopped).rejects.toThrow('Enough.')
  expect(existsSync(folder)).toBe(false)
})

test('a second run in the same folder ends as the first one, with the same archive', async () => {
  const folder = join(base, 'twice')
  const first = await run(writeTwo, { folder })
  const second = await run(writeTwo, { folder })

  expect(second).toEqual(first)
  expect(await readdir(folder)).toEqual(['result.zip'])
})
