// What a worker votes for and what a client verifies: the same digest, found by one in a folder and by the other in an archive.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { NO_TAG } from '@iexec/protocol'
import { runTask, type Ending, type Engine, type Outcome } from '@iexec/runtime'
import { findDigests, readZip } from '@iexec/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iexec-archive-'))
})
afterAll(async () => rm(folder, { recursive: true }))

type Files = Readonly<Record<string, string>>
type Result = {
  readonly files: Files
  readonly hasCallback?: boolean
  readonly ending?: Ending
  readonly isLegacy?: boolean
}

/** An engine that leaves files, instead of running what would. */
function engineOf({ files, ending = { kind: 'exited', exitCode: 0 }, isLegacy = false }: Result): Engine {
  const log = { text: 'Noise of this worker alone.\n', isCut: true }
  return {
    type: 'WASM',
    sweep: async () => undefined,
    prepare: async () => ({
      run: async (_, { output, legacy }) => {
        for (const [name, content] of Object.entries(files)) {
          const path = join(isLegacy ? legacy : output, name)
          await mkdir(dirname(path), { recursive: true })
          await writeFile(path, content)
        }
        return { ending, stdout: log, stderr: log, milliseconds: 1 }
      },
    }),
  }
}

let runs = 0
async function run(result: Result): Promise<Outcome> {
  const checksum = `0x${'00'.repeat(32)}` as const
  return runTask(
    {
      taskId: checksum,
      dealId: checksum,
      index: 0,
      botFirst: 0,
      botSize: 1,
      startTime: 0,
      categorySeconds: 300,
      tag: NO_TAG,
      params: '',
      hasCallback: result.hasCallback ?? false,
      app: { type: 'WASM', multiaddr: 'https://app.example', checksum },
    },
    {
      engines: [engineOf(result)],
      folder: join(folder, String(runs++)),
      gateways: [],
      allowsPrivateInputs: false,
      allowsNetwork: false,
      signal: new AbortController().signal,
    },
  )
}

const TREE = { 'b.txt': 'second', 'a/deep/file': '', 'line\nbreak': 'x', 'é\u{1F600}\u{FF5E}': 'y' }
const named = (path: string): Files => ({
  ...TREE,
  'computed.json': JSON.stringify({ 'deterministic-output-path': path }),
})

test.each<readonly [string, Result]>([
  ['nothing', { files: {} }],
  ['a tree', { files: TREE }],
  ['a tree in the layout of 2018', { files: TREE, isLegacy: true }],
  ['a file that is named', { files: named('/iexec_out/b.txt') }],
  ['a folder that is named', { files: named('/iexec_out/a/deep') }],
  ['the root, named', { files: named('/iexec_out') }],
  ['stdout, named', { files: named('/iexec_out/stdout.txt') }],
  ['an own stdout.txt', { files: { ...named('/iexec_out/stdout.txt'), 'stdout.txt': 'own' } }],
  ['a folder called stdout.txt', { files: { 'stdout.txt/a': 'b' } }],
  ['determinism.iexec', { files: { ...TREE, 'determinism.iexec': '42' } }],
  ['a digest in consensus.iexec', { files: { ...TREE, 'consensus.iexec': `0x${'ab'.repeat(32)}\n` } }],
  ['data for a callback', { files: { 'computed.json': '{"callback-data":"0x12"}' }, hasCallback: true }],
  ['a failure', { files: TREE, ending: { kind: 'exited', exitCode: 1 } }],
  ['a failure that is declared', { files: named('/iexec_out/b.txt'), ending: { kind: 'exited', exitCode: 1 } }],
  ['what breaks the rules', { files: named('/iexec_out/none') }],
])('%s', async (_, result) => {
  const { digest, archive } = await run(result)

  const files = readZip(new Uint8Array(await readFile(archive.file)))
  expect(findDigests(files, result.hasCallback ?? false)[0]?.digest).toBe(digest)
  expect(digest).toBeDefined()
})

test('logs that were cut off say so', async () => {
  const { archive } = await run({ files: {} })

  const files = readZip(new Uint8Array(await readFile(archive.file)))
  expect(new TextDecoder().decode(files.find(({ name }) => name === 'stderr.txt')?.read())).toBe(
    'Noise of this worker alone.\n[The rest was cut off.]\n',
  )
})
