// iexec app check and test: an app is tried by the worker's package, where a project has it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDesk, type Desk } from '../iexec.ts'
import { installWorker } from '../outer.ts'

/** A memory, and a function that does nothing, exported as `_start`. */
const NOTHING = Buffer.from(
  '0061736d01000000010401600000030201000503010001071302066d656d6f72790200065f737461727400000a040102000b',
  'hex',
)

type Failure = { readonly error: { readonly message: string } }

/** Of a file that nobody has. */
const MODULE_PATH = '/ipfs/QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKEhbq'

function openProject(): Desk {
  const desk = openDesk()
  onTestFinished(desk.clear)
  writeFileSync(join(desk.folder, 'nothing.wasm'), NOTHING)
  return desk
}

test('a module is checked and tried; its result is in a folder, with the digest that workers would vote for', async () => {
  const desk = openProject()
  installWorker(desk)

  const checked = await desk.raw(['app', 'check', 'nothing.wasm'])
  const tried = await desk.iexec(['app', 'test', 'nothing.wasm', '--args', '--fast', '--out', 'first'])

  expect(checked).toMatchObject({ ok: true, report: { kind: 'deterministic' }, refusals: [] })
  const { digest } = checked['report'] as { readonly digest: string }
  expect(tried).toMatchObject({ exitCode: 0, out: expect.stringContaining(digest) as string })
  expect(existsSync(join(desk.folder, 'first/result/stdout.txt'))).toBe(true)
  expect(readFileSync(join(desk.folder, 'first/result.zip')).length).toBeGreaterThan(0)
})

test('without the package it is said what installs it', async () => {
  const desk = openProject()

  const { exitCode, errors } = await desk.iexec(['app', 'check', 'nothing.wasm'])

  expect(exitCode).toBe(1)
  expect(errors).toContain('iexec app check needs the package @iexec/worker, and it is not installed.')
  expect(errors).toContain('npm install -g @iexec/worker installs it, once it is published.')
  expect(errors).toContain('Until then a clone of the source has it: npx -y pnpm@12.21.0 iexec app check there')
})

test.each<{ line: readonly string[]; says: string }>([
  { line: ['absent.wasm'], says: 'There is no file' },
  // A mistake of the call, and none that workers would vote for.
  { line: ['nothing.wasm', '--input-file', 'absent.csv'], says: 'There is no file' },
  { line: ['nothing.wasm', '--input-file', '/ipfs/Qm'], says: '/ipfs/Qm is neither a URL nor a path of IPFS' },
  { line: ['.wasm'], says: 'is no file, but a folder' },
  { line: [MODULE_PATH], says: 'no chain names a gateway here' },
  { line: ['nothing.wasm', '--seconds', 'nonsense'], says: 'It is not a whole number from 1 to 10000000.' },
])('app test $line is refused with 2, and nothing is run: $says', async ({ line, says }) => {
  const desk = openProject()
  mkdirSync(join(desk.folder, '.wasm'))
  installWorker(desk)
  const words = ['app', 'test', ...line, '--out', 'second']

  const { exitCode, out, errors } = await desk.iexec(words)
  const { out: json, errors: beside } = await desk.iexec([...words, '--json'])

  expect(exitCode).toBe(2)
  expect(errors).toContain(says)
  expect(out).toBe('')
  expect(JSON.parse(json)).toMatchObject({
    ok: false,
    command: 'iexec app test',
    error: { code: 'Usage', message: expect.stringContaining(says) as string, hints: expect.any(Array) as string[] },
  })
  expect(beside).toBe('')
  expect(existsSync(join(desk.folder, 'second'))).toBe(false)
})

test('a module on IPFS is fetched from the gateway of the chain, unless another one is named', async () => {
  const desk = openProject()
  installWorker(desk)
  const hub = `0x${'1'.repeat(40)}`
  const chain = { id: '31337', host: 'http://127.0.0.1:1', hub, ipfsGateway: 'http://127.0.0.1:2' }
  writeFileSync(join(desk.folder, 'chain.json'), JSON.stringify({ default: 'mine', chains: { mine: chain } }))

  const [ofChain, other] = await Promise.all(
    [[], ['--ipfs-gateway', 'http://127.0.0.1:3']].map(async (words) =>
      desk.iexec(['app', 'check', MODULE_PATH, ...words, '--json']),
    ),
  )

  const messages = [ofChain, other].map((called) => (JSON.parse(called?.out ?? '') as Failure).error.message)
  expect(messages).toEqual([
    expect.stringContaining(`http://127.0.0.1:2${MODULE_PATH} cannot be downloaded`),
    expect.stringContaining(`http://127.0.0.1:3${MODULE_PATH} cannot be downloaded`),
  ])
})
