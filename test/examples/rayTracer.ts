// The ray tracer, as its maker and its buyer meet it: built from source, sold, bought in tiles that are put together, and as an image.
import { execFile } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { WASI } from 'node:wasi'
import { accountOf, keyOf } from '@iexec/chain/test/anvil'
import { APP_OWNER, REQUESTER, type Network } from '@iexec/network/test/startNetwork'
import { asDealId, newWorkersNeeded, type TaskId } from '@iexec/protocol'
import { readZip } from '@iexec/sdk'
import { decode } from 'fast-png'
import type { Address } from 'viem'
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { deskOf, type OwnDesk } from '../desk.ts'
import { installWorker } from '../outer.ts'
import { theShop } from './market.ts'

const run = promisify(execFile)
const EXAMPLES = join(import.meta.dirname, '../../examples')
const MODULE = join(EXAMPLES, 'ray-tracer/app.wasm')
/** Of rows that three tiles cannot share alike. */
const LOOK = '--size 96x89 --samples 4'
const TRUST = 8n
const engine = inject('engine')

let network: Network
beforeAll(() => {
  network = theShop().network
})

/** Runs a program of the examples, and returns what it printed. */
async function example(program: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const options = { cwd: EXAMPLES, env: { ...process.env, ...env }, maxBuffer: 64_000_000 }
  return (await run(process.execPath, [program, ...words], options)).stdout
}

/** What programs read to reach the network, in a file of a desk; and who acts. */
function reachOf(desk: OwnDesk, account: number): NodeJS.ProcessEnv {
  const { rpcUrls = [], ...chain } = network.chain
  desk.write('network.json', { ...chain, rpcUrl: rpcUrls[0] })
  return { NETWORK: join(desk.folder, 'network.json'), PRIVATE_KEY: keyOf(account) }
}

/** A hex value that was printed behind a word. */
function hexBehind(word: string, said: string): string {
  const value = new RegExp(`^${word} +(?<hex>0x[0-9a-f]+)$`, 'imu').exec(said)?.groups?.['hex']
  if (value === undefined) throw new Error(`No ${word} was printed, but:\n${said}`)
  return value
}

/** The desk of the app's owner: with the worker's package, the model, and iexec.json. */
async function ownersDesk(): Promise<OwnDesk> {
  const desk = deskOf(APP_OWNER, network.chain)
  installWorker(desk)
  desk.write('bunny.obj', await example('ray-tracer/bunny.ts', []))
  return desk
}

/** Renders as a worker would, in one piece, and returns the picture and the digest that workers would vote for. */
async function tryOut(desk: OwnDesk, app: string, engineHost?: string): Promise<Tried> {
  const out = engineHost === undefined ? 'of-module' : 'of-image'
  const words = engineHost === undefined ? [] : ['--docker-host', engineHost]
  const line = ['app', 'test', app, '--args', LOOK, '--input-file', 'bunny.obj', '--out', out, ...words]
  const said = await desk.raw(line)
  expect(said).toMatchObject({ ok: true, kind: 'result', ending: { exitCode: 0 } })
  return { digest: String(said['digest']), picture: readFileSync(join(desk.folder, out, 'result/tile.png')) }
}

/** What the module renders: the same whenever it is asked. */
let ofModule: Promise<Tried> | undefined
async function tryModule(desk: OwnDesk): Promise<Tried> {
  return (ofModule ??= tryOut(desk, MODULE))
}

type Tried = { readonly digest: string; readonly picture: Uint8Array }

/** How each vote for a task ended. */
async function votesFor(id: TaskId): Promise<readonly string[]> {
  const { contributions } = await (await network.user(REQUESTER)).tasks.show(id)
  return contributions.map(({ status }) => status)
}

// runs: node wasi/build.ts ray-tracer
// runs: node ray-tracer/bunny.ts > bunny.obj
// runs: iexec app test ray-tracer/app.wasm --args "--size 480x480 --samples 16" --input-file bunny.obj --out first
// runs: node sdk/sell-an-app.ts ray-tracer
// runs: node ray-tracer/render.ts 0x… bunny.obj bunny.png 4 --size 640x640 --samples 36
test('three tiles are bought, on each of which three workers agree: put together, they are the picture in one piece', async () => {
  const owner = await ownersDesk()
  const buyer = deskOf(REQUESTER, network.chain)
  const [model, picture] = [join(owner.folder, 'bunny.obj'), join(buyer.folder, 'bunny.png')]

  const tried = await tryModule(owner)
  const app = hexBehind('app', await example('sdk/sell-an-app.ts', ['ray-tracer'], reachOf(owner, APP_OWNER)))
  const words = [app, model, picture, '3', ...LOOK.split(' ')]
  const said = await example('ray-tracer/render.ts', words, reachOf(buyer, REQUESTER))

  const { taskIds } = await (await network.user(REQUESTER)).resume(asDealId(hexBehind('deal', said)))
  expect(newWorkersNeeded(TRUST)).toBe(3)
  const proved = ['proved', 'proved', 'proved']
  expect(await Promise.all(taskIds.map(votesFor))).toEqual([proved, proved, proved])
  const [merged, whole] = [decode(readFileSync(picture)), decode(tried.picture)]
  expect(merged).toMatchObject({ width: 96, height: 89, channels: 3, depth: 8 })
  expect(merged.data).toEqual(whole.data)
  // A picture shows something: paint, floor and shadow are many colours.
  expect(new Set(merged.data).size).toBeGreaterThan(100)
})

// runs: docker build --file ray-tracer/Dockerfile --tag registry.example/me/ray-tracer:1.0.0 .
test.skipIf(engine === undefined)('the image renders the same bytes as the module, and is bought like it', async () => {
  const { images } = theShop()
  if (engine === undefined || images === undefined) return
  const owner = await ownersDesk()
  const image = `${engine.registry}/examples/ray-tracer:1.0.0`
  const build = ['build', '--network', 'none', '--build-arg', `BASE=${images.nodeBase}`]
  images.docker([...build, '--file', join(EXAMPLES, 'ray-tracer/Dockerfile'), '--tag', image, EXAMPLES])
  images.docker(['push', image])

  const expected = await tryModule(owner)
  const ofImage = await tryOut(owner, image, engine.host)
  const { app: listing } = JSON.parse(readFileSync(join(EXAMPLES, 'ray-tracer/iexec.json'), 'utf8')) as {
    readonly app: object
  }
  owner.write('iexec.json', {
    app: { ...listing, owner: accountOf(APP_OWNER).address, type: 'DOCKER', multiaddr: image },
  })
  const { address } = await owner.raw(['app', 'deploy'])
  const requester = await network.user(REQUESTER)
  const { location } = await requester.storage.add({ content: readFileSync(join(owner.folder, 'bunny.obj')) })
  const bought = await requester.run(address as Address, {
    args: LOOK,
    inputFiles: [location],
    trust: TRUST,
    deposit: 'auto',
  })
  const { zip } = await bought.result()

  expect(ofImage).toEqual(expected)
  const files = readZip(new Uint8Array(await zip.arrayBuffer()))
  expect(files.find(({ name }) => name === 'tile.png')?.read()).toEqual(new Uint8Array(expected.picture))
  expect(await Promise.all(bought.taskIds.map(votesFor))).toEqual([['proved', 'proved', 'proved']])
})

type Here = { readonly exitCode: number; readonly errors: string; readonly tile: Uint8Array | undefined }

/** Runs the module in this process, with a model of one triangle and variables as a worker gives them. */
async function runHere(args: string, variables: Readonly<Record<string, string>> = {}): Promise<Here> {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-ray-tracer-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const [inputs, outputs, said] = [join(folder, 'in'), join(folder, 'out'), openSync(join(folder, 'said'), 'w+')]
  mkdirSync(inputs)
  mkdirSync(outputs)
  writeFileSync(join(inputs, 'model.obj'), 'v 0 0 0\nv 1 0 0\nv 0 1 0.5\nf 1 2 3\n')
  const file = {
    IEXEC_INPUT_FILES_NUMBER: '1',
    IEXEC_INPUT_FILES_FOLDER: '/iexec_in',
    IEXEC_INPUT_FILE_NAME_1: 'model.obj',
  }
  const wasi = new WASI({
    version: 'preview1',
    args: ['app.wasm', ...args.split(' ')],
    env: { ...file, ...variables },
    preopens: { '/iexec_in': inputs, '/iexec_out': outputs },
    stdout: said,
    stderr: said,
    returnOnExit: true,
  })
  const { instance } = await WebAssembly.instantiate(
    readFileSync(MODULE),
    wasi.getImportObject() as WebAssembly.Imports,
  )
  const exitCode = wasi.start(instance)
  closeSync(said)
  const tile = join(outputs, 'tile.png')
  return {
    exitCode,
    errors: readFileSync(join(folder, 'said'), 'utf8'),
    tile: existsSync(tile) ? readFileSync(tile) : undefined,
  }
}

test('without a tile that is asked for, each task of a bag renders that of its index', async () => {
  const bag = { IEXEC_BOT_SIZE: '3', IEXEC_BOT_FIRST_INDEX: '5', IEXEC_TASK_INDEX: '6' }

  const [ofBag, asked] = [await runHere('--size 20x10', bag), await runHere('--size 20x10 --tile 2/3')]

  expect(decode(ofBag.tile ?? new Uint8Array())).toMatchObject({ width: 20, height: 3 })
  expect(ofBag.tile).toEqual(asked.tile)
})

test.each([
  ['--size 20', '--size has to be like 640x480, not 20.'],
  ['--samples 0', '--samples has to be a whole number from 1 to 1024, not 0.'],
  ['--tile 3/2', 'There is no tile 3 of 2.'],
  ['--size 20x2 --tile 3/3', 'A picture of 2 rows has no 3 tiles.'],
  ['--paint blue', '--paint has to be a colour like ffc247, not blue.'],
  ['--colour 000000', '--colour is not known. Known are --size, --tile, --samples, --turn, --paint and --floor.'],
  ['--turn', '--turn needs a value.'],
])('%s is refused in a sentence', async (args, sentence) => {
  expect(await runHere(args)).toEqual({ exitCode: 1, errors: `${sentence}\n`, tile: undefined })
})
