// What a newcomer runs first: the whole market in one command, with a first sale on it.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { decode } from 'fast-png'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { findPortBase } from './portBase.ts'

const HOUSE = join(import.meta.dirname, '../..')
const START = join(HOUSE, 'network/src/first.ts')
const MODULE = join(HOUSE, 'examples/ray-tracer/app.wasm')
const LISTING = join(HOUSE, 'registry/iexec/ray-tracer/iexec.json')
/** A start and a sale, on machines with two cores that run other tests meanwhile. */
const LONG_MS = 180_000

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'start-'))
})
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})

type Ended = { readonly exitCode: number | null; readonly out: string; readonly errors: string }

/** As `pnpm start` runs it; its network is the one of this home. */
async function start(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [START, ...args], { env: { ...process.env, HOME: home } })
  let [out, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { exitCode, out, errors }
}

type Line = {
  readonly event: string
  readonly message: string
  readonly files?: readonly string[]
  readonly page?: string
}

// runs: npx -y pnpm@12.21.0 start
// runs: npx -y pnpm@12.21.0 start --once
test(
  'without an engine that is said in a line; the market is started, a picture is sold on it, all workers agree on it, and --once ends it with 0',
  async () => {
    const ended = await start('--once', '--json', '--no-docker', '--port-base', String(await findPortBase()))

    expect(ended).toMatchObject({ exitCode: 0, errors: '' })
    const lines = ended.out.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []))
    expect(lines.filter(({ event }) => event === 'no-image').map(({ message }) => message)).toEqual([
      'The app is sold as WebAssembly alone, not as an image. Docker is switched off.',
    ])
    const steps = lines.flatMap(({ event, message }) => (event === 'sale' ? [message] : []))
    expect(steps.filter((step) => step !== 'happened')).toEqual([
      'stored',
      'registered',
      'offered',
      'found',
      'bought',
      'downloaded',
      'paid',
    ])
    const picture = lines.find(({ event }) => event === 'sold')?.files?.find((file) => file.endsWith('.png')) ?? ''
    expect(picture.startsWith(home)).toBe(true)
    // The site of the network shows it.
    expect(lines.find(({ event }) => event === 'sold')?.page).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/local\/task\/0x[\da-f]{64}$/u,
    )
    // What the registry says of it is what its source makes.
    expect(JSON.parse(readFileSync(LISTING, 'utf8'))).toMatchObject({
      app: { checksum: `0x${createHash('sha256').update(readFileSync(MODULE)).digest('hex')}` },
    })
    const index = readFileSync(join(home, '.iexec/networks/local/web/registry/index.json'), 'utf8')
    expect(JSON.parse(index)).toMatchObject({ listings: [{ org: 'iexec', name: 'ray-tracer', type: 'WASM' }] })
    expect(decode(readFileSync(picture))).toMatchObject({ width: 320, height: 320 })
  },
  LONG_MS,
)

test('what is in the way is one sentence, and ends it with another code', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' ? String(address?.port) : ''

  const taken = await start('--fresh', '--once', '--no-docker', '--port-base', port)
  const wrong = await start('--port-base', 'many')

  expect(taken.exitCode).toBe(1)
  expect(taken.errors).toMatch(new RegExp(`^Port ${port}, of the chain, is taken`, 'u'))
  expect(wrong.exitCode).toBe(2)
})
