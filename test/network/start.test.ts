// What a newcomer runs first: the whole market in one command, with a first sale on it.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { DealId } from '@iexec/protocol'
import { createIexec, type Iexec } from '@iexec/sdk'
import { decode } from 'fast-png'
import type { Address } from 'viem'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openDesk, type Conversation } from '../iexec.ts'
import { findPortBase } from './portBase.ts'

const HOUSE = join(import.meta.dirname, '../..')
const START = join(HOUSE, 'network/src/first.ts')
const MODULE = join(HOUSE, 'examples/ray-tracer/app.wasm')
const LISTING = join(HOUSE, 'registry/iexec/ray-tracer/iexec.json')
const NETWORK = join(import.meta.dirname, '../../network/src/main.ts')
/** A start and a sale, on machines with two cores that run other tests meanwhile. */
const LONG_MS = 180_000

const CTRL_C = '\u0003'

let home: string
/** Of the first sale. */
let deal: DealId
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'start-'))
})
afterAll(() => {
  spawnSync(process.execPath, [NETWORK, 'reset', '--yes'], { env: { ...process.env, HOME: home } })
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
  readonly voters?: readonly string[]
  readonly deal?: DealId
}

/** With --json, every line is JSON. */
function linesOf({ out }: Ended): readonly Line[] {
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

// runs: npx -y pnpm@12.21.0 start
// runs: npx -y pnpm@12.21.0 start --once
test(
  'without an engine that is said in a line; the market is started, a picture is sold on it, all workers agree on it, and --once ends it with 0',
  async () => {
    const ended = await start('--once', '--json', '--no-docker', '--port-base', String(await findPortBase()))

    expect(ended).toMatchObject({ exitCode: 0, errors: '' })
    const lines = linesOf(ended)
    expect(lines.filter(({ event }) => event === 'no-image').map(({ message }) => message)).toEqual([
      'The app is sold as WebAssembly alone, not as an image. Docker is switched off.',
    ])
    deal = lines.find(({ message }) => message === 'bought')?.deal ?? ('0x' as DealId)
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
    expect(lines.find(({ event }) => event === 'sold')?.voters?.toSorted()).toEqual([
      'worker-1',
      'worker-2',
      'worker-3',
    ])
    expect(lines.at(-1)).toMatchObject({ event: 'market', message: 'The network has ended; everything in it is kept.' })
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

/** The same in a terminal. */
function startInTerminal(...args: readonly string[]): Conversation {
  const desk = openDesk(undefined, { HOME: home })
  onTestFinished(desk.clear)
  return desk.line(['exec', process.execPath, START, ...args].join(' '))
}

const FOLDER = '.iexec/networks/local'

/** A client of whom nobody knows anything, on the chain of this home's network. */
async function openChain(): Promise<Iexec> {
  const text = readFileSync(join(home, FOLDER, 'network.json'), 'utf8')
  const { chainId, hub, rpcUrl } = JSON.parse(text) as { chainId: number; hub: Address; rpcUrl: string }
  return createIexec({ chain: { name: 'local', chainId, hub, rpcUrls: [rpcUrl] } })
}

function hasRunning(): boolean {
  return existsSync(join(home, FOLDER, 'running.json'))
}

test(
  'Ctrl-C leaves the sale with 130: with --once the market ends, else it says that it goes on and how to end it; --fresh forgets every deal, and --once ends nothing that ran before',
  async () => {
    const known = startInTerminal('--once', '--no-docker')
    await known.sees('for sale at')
    const old = (await openChain()).deals.show(deal)
    await expect(old).resolves.toMatchObject({ id: deal })
    known.presses(CTRL_C)
    await known.sees('The sale was left. The market ends.')
    await known.sees('The network has ended; everything in it is kept.')
    expect([await known.ended, hasRunning()]).toEqual([130, false])

    const fresh = startInTerminal('--fresh', '--no-docker')
    await fresh.sees('for sale at')
    fresh.presses(CTRL_C)
    await fresh.sees(/The sale was left\. The market goes on\. .+ iexec network stop ends it\./u)
    expect([await fresh.ended, hasRunning()]).toEqual([130, true])
    await expect((await openChain()).deals.show(deal)).rejects.toMatchObject({ code: 'NotFound' })

    const again = await start('--once', '--json', '--no-docker')
    expect(again).toMatchObject({ exitCode: 0, errors: '' })
    const notes = linesOf(again).filter(({ event }) => event === 'market')
    expect(notes).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/^The market runs already: /u) as string }),
    ])
    expect(hasRunning()).toBe(true)
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
  const json = await start('--fresh', '--json', '--no-docker', '--port-base', port)

  expect(taken.exitCode).toBe(1)
  expect(taken.errors).toMatch(new RegExp(`^Port ${port}, of the chain, is taken`, 'u'))
  expect(wrong.exitCode).toBe(2)
  expect(linesOf(json).filter(({ event }) => event === 'failed')).toEqual([
    expect.objectContaining({ message: expect.stringContaining(`Port ${port}, of the chain, is taken`) as string }),
  ])
})
