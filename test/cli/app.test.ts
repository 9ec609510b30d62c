// iexec app: selling, taking back and giving away, with what can go wrong on the way.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { computeCid } from '@iexec/sdk'
import type { Address } from 'viem'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { deskOf, type OwnDesk } from '../desk.ts'
import { addressOf, startHouse, type House } from '../house.ts'

const CHECKSUM = `0x${'ab'.repeat(32)}`
/** Of a registry that is down: no test asks one of the internet. */
const IMAGE = '127.0.0.1:9/me/app:1'
const HASH = /^0x[0-9a-f]{64}$/u

let house: House
beforeAll(async () => {
  house = await startHouse()
})
afterAll(async () => {
  await house.stop()
})

/** A server of files, as anybody has one. */
async function serve(content: Buffer): Promise<string> {
  const server: Server = createServer((request, response) => {
    response.statusCode = request.url === '/app.wasm' ? 200 : 404
    response.end(request.url === '/app.wasm' ? content : '')
  })
  return listen(server)
}

/** A node of IPFS, as far as adding one file and reading it back goes. */
async function startStorage(): Promise<string> {
  const files = new Map<string, Buffer>()
  const server = createServer((request, response) => {
    const stored = files.get(request.url ?? '')
    if (stored !== undefined) {
      response.end(stored)
      return
    }
    const headers = { 'content-type': request.headers['content-type'] ?? '' }
    const add = async (): Promise<void> => {
      const form = await new Response(await buffer(request), { headers }).formData()
      const file = form.get('file')
      if (!(file instanceof Blob)) throw new Error('A file is added.')
      const bytes = Buffer.from(await file.arrayBuffer())
      const cid = await computeCid(bytes)
      files.set(`/ipfs/${cid}`, bytes)
      response.setHeader('content-type', 'application/json').end(`${JSON.stringify({ Hash: cid })}\n`)
    }
    add().catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
  return listen(server)
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

let apps = 0
/** An app of the nth account, registered as with the SDK. */
async function newApp(account: number): Promise<Address> {
  apps += 1
  const owner = await house.user(account)
  const app = { name: `app ${apps}`, multiaddr: 'me/app:1', checksum: CHECKSUM as `0x${string}` }
  return (await owner.apps.deploy(app)).address
}

function project(account: number, app: object): OwnDesk {
  const desk = deskOf(account, house.chain)
  desk.write('iexec.json', { app: { name: 'a', multiaddr: IMAGE, checksum: CHECKSUM, ...app } })
  return desk
}

describe('selling', () => {
  test('an app is put up for sale at the price of iexec.json, and taken off the market', async () => {
    const desk = project(1, { name: 'for sale', price: '2 nRLC' })
    const { address } = await desk.raw(['app', 'deploy', '--no-publish'])

    const first = await desk.raw(['app', 'publish', '--force'])
    const second = await desk.raw(['app', 'publish', '--force', '--price', '3', 'nRLC', '--volume', '5'])
    const { order } = await (await house.user(2)).orders.show('app', first['orderHash'] as `0x${string}`)
    const last = await desk.raw(['app', 'unpublish', '--force'])
    const all = await desk.raw(['app', 'unpublish', address as string, '--all', '--force'])

    expect(first).toEqual({ ok: true, orderHash: expect.stringMatching(HASH) })
    expect(last).toEqual({ ok: true, unpublished: second['orderHash'] })
    expect(all).toEqual({ ok: true, unpublished: [first['orderHash']] })
    expect(order).toMatchObject({ appprice: 2n, volume: 1_000_000n, tag: `0x${'0'.repeat(64)}` })
  })

  test('restrictions and a tag stand in the order', async () => {
    const app = await newApp(1)
    const desk = deskOf(1, house.chain)
    const options = ['--requester-restrict', addressOf(3), '--workerpool-restrict', addressOf(4), '--tag', 'gpu']

    const { orderHash } = await desk.raw(['app', 'publish', app, '--force', '--price', '1 RLC', ...options])

    const { order } = await (await house.user(2)).orders.show('app', orderHash as `0x${string}`)
    expect(order).toMatchObject({
      appprice: 1_000_000_000n,
      requesterrestrict: addressOf(3),
      workerpoolrestrict: addressOf(4),
      tag: `0x${'100'.padStart(64, '0')}`,
    })
  })

  test('a person is asked with the price, and no means no', async () => {
    const app = await newApp(1)
    const desk = deskOf(1, house.chain)
    const call = desk.person(['app', 'publish', app, '--price', '0.5', 'RLC'])

    await call.sees(`Put the app ${app} up for sale at 0.5 RLC a run? [Y/n]`)
    call.types('n')
    await call.sees('Operation aborted by user.')

    expect(await call.ended).toBe(1)
    expect((await (await house.user(2)).orderbooks.fetchApps({ app })).count).toBe(0)
  })
})

describe('looking and giving away', () => {
  test('show and count need no password: by address, by place, and of somebody else', async () => {
    const first = await newApp(5)
    const second = await newApp(5)
    const desk = deskOf(1, house.chain)

    expect(await desk.raw(['app', 'count', '--user', addressOf(5)])).toEqual({ ok: true, count: '2' })
    expect(await desk.raw(['app', 'show', '1', '--user', addressOf(5)])).toMatchObject({ address: second })
    expect(await desk.raw(['app', 'show', first])).toEqual({
      ok: true,
      address: first,
      app: {
        owner: addressOf(5),
        appName: expect.any(String),
        appType: 'DOCKER',
        appMultiaddr: 'me/app:1',
        appChecksum: CHECKSUM,
        appMREnclave: '0x',
        registry: expect.stringMatching(/^0x/u),
      },
    })
    expect((await desk.iexec(['app', 'show', '2', '--user', addressOf(5)])).errors).toContain('none of index 2')
  })

  test('an app goes to its new owner, and the former one cannot sell it any more', async () => {
    const app = await newApp(6)
    const desk = deskOf(6, house.chain)

    const given = await desk.raw(['app', 'transfer', app, '--to', addressOf(7), '--force'])
    const { exitCode, errors } = await desk.iexec(['app', 'publish', app, '--price', '1', '--force'])

    expect(given).toEqual({ ok: true, address: app, to: addressOf(7), txHash: expect.stringMatching(HASH) })
    expect(exitCode).toBe(1)
    expect(errors).toContain(`The app ${app} belongs to ${addressOf(7)}, not to ${addressOf(6)}.`)
  })

  test('who gave his app away is not told to deploy it again', async () => {
    const desk = project(6, { name: 'given away', price: 1 })
    const { address } = await desk.raw(['app', 'deploy'])
    await desk.raw(['app', 'transfer', address as string, '--to', addressOf(7), '--force'])

    const { exitCode, errors } = await desk.iexec(['app', 'deploy'])

    expect(exitCode).toBe(1)
    expect(errors).toContain('Use the wallet of its owner.')
    expect(errors).not.toContain('Repeat iexec app deploy')
  })
})

describe('cheaper orders of the same seller', () => {
  test('a higher price names the orders that sell for less, with the line that ends each', async () => {
    const desk = project(1, { name: 'dearer', price: '2 nRLC' })
    const low = await desk.raw(['app', 'deploy'])
    const published = await desk.iexec(['app', 'publish', '--price', '3', '--force'])
    const deployed = await desk.iexec(['app', 'deploy', '--price', '4'])
    const cancel = /iexec (order cancel --app 0x[0-9a-f]{64})/u.exec(published.errors)?.[1]?.split(' ') ?? []
    await desk.raw([...cancel, '--force'])
    const again = await desk.iexec(['app', 'deploy', '--price', '3'])

    expect(published.errors).toContain('An older order of this app can be bought for less')
    expect(published.errors).toContain(`2 nRLC: iexec order cancel --app ${String(low['orderHash'])}`)
    expect(deployed.errors).toContain('2 older orders of this app can be bought for less')
    expect(again).toMatchObject({ exitCode: 0, out: expect.stringContaining('still for sale at') })
    expect(again.errors).not.toContain('can be bought for less')
  })

  test('an order for somebody else, or for what needs more, is no cheaper one', async () => {
    const app = await newApp(2)
    const desk = deskOf(2, house.chain)
    await desk.raw(['app', 'publish', app, '--price', '1', '--requester-restrict', addressOf(5), '--force'])
    await desk.raw(['app', 'publish', app, '--price', '1', '--tag', 'tee', '--force'])

    const { exitCode, errors } = await desk.iexec(['app', 'publish', app, '--price', '2', '--force'])

    expect([exitCode, errors]).toEqual([0, ''])
  })

  test('two deployments of a new app at once put it up for sale once', async () => {
    const desk = project(3, { name: 'twice', price: '2 nRLC' })

    const [one, other] = await Promise.all([desk.raw(['app', 'deploy']), desk.raw(['app', 'deploy'])])

    expect(one).toMatchObject({ ok: true, orderHash: other['orderHash'], address: other['address'] })
  })
})

describe('what is wrong is said before anything is done', () => {
  test('where deployed.json cannot be written, nothing is registered', async () => {
    const desk = project(4, { name: 'nowhere to note it' })
    // Beside a name of this length no other one has room.
    const long = 'd'.repeat(250)
    desk.write(long, '{}')
    symlinkSync(long, join(desk.folder, 'deployed.json'))

    const { exitCode, errors, out } = await desk.iexec(['app', 'deploy'])

    expect(errors).toContain('cannot be written')
    expect([exitCode, out]).toEqual([1, ''])
    expect(await desk.raw(['app', 'count'])).toEqual({ ok: true, count: '0' })
  })

  test.each([
    { app: { price: '5 ETH' }, says: 'app.price: Cannot read "5 ETH": "ETH" is not a unit of RLC' },
    { app: { price: 1.5 }, says: 'Write "1.5 RLC" if you mean RLC' },
    { app: { price: true }, says: 'app.price is true, and must be an amount' },
    { app: { price: '9007200 RLC' }, says: 'app.price: A price of 9007200 RLC is more than a market can write' },
    { app: { checksum: '0x12' }, says: 'app.checksum is "0x12", and must be a sha256' },
    { app: { mutiaddr: 'x' }, says: 'app has a key "mutiaddr", which is not one of owner, name' },
    { app: { name: '' }, says: 'app.name is "", and must be a text' },
    { app: { type: 'VM' }, says: 'app.type is "VM", and must be "DOCKER" or "WASM"' },
    { app: { multiaddr: 7 }, says: 'app.multiaddr is 7, and must be a text' },
    { app: { multiaddr: 'https://hub.docker.com/r/me/app' }, says: 'Its name is me/app' },
    { app: { multiaddr: 'build/app.wasm', checksum: undefined }, says: 'Write "type": "WASM" into the section app' },
    { app: { multiaddr: 'https://a.example/app.wasm?v=1' }, says: 'a WASM module, and app.type is DOCKER' },
    { app: { owner: addressOf(9), price: 1 }, says: `app.owner is ${addressOf(9)}, and your wallet is` },
  ])('iexec.json: $says', async ({ app, says }) => {
    const desk = project(1, app)

    const { exitCode, errors, out } = await desk.iexec(['app', 'deploy'])

    expect(errors).toContain(says)
    expect([exitCode, out]).toEqual([1, ''])
    expect(() => desk.read('deployed.json')).toThrow('ENOENT')
  })

  test('a price that no market can write is named with its place when an app is put up for sale, too', async () => {
    const desk = project(1, { price: '9007200 RLC' })
    desk.write('deployed.json', { app: { [house.chain.chainId]: addressOf(9) } })

    const { exitCode, errors } = await desk.iexec(['app', 'publish', '--force'])

    expect(errors).toContain('iexec.json: app.price: A price of 9007200 RLC is more than')
    expect(exitCode).toBe(1)
  })

  test.each<{ line: readonly string[]; says: string; code?: number }>([
    { line: ['publish'], says: 'deployed.json has none for the chain test' },
    { line: ['publish', '0x12'], says: 'appAddress: "0x12" is no address', code: 2 },
    { line: ['publish', addressOf(9), '--force'], says: 'There is not an app at' },
    { line: ['publish', addressOf(9), '--price', '1', 'ETH'], says: 'is not a unit of RLC', code: 2 },
    { line: ['publish', addressOf(9), '--volume', '0'], says: '--volume: "0" is no whole number from 1 on', code: 2 },
    { line: ['publish', addressOf(9), '--tag', 'tpu', '--force'], says: 'tpu', code: 2 },
    {
      line: ['publish', addressOf(9), '--requester-restrict', 'me'],
      says: '--requester-restrict: "me" is no address',
      code: 2,
    },
    { line: ['transfer', addressOf(9)], says: 'Nobody is named who receives it', code: 2 },
    { line: ['show', 'mine'], says: 'addressOrIndex: "mine" is no address', code: 2 },
    { line: ['deploy'], says: 'There is no iexec.json' },
    { line: ['check-secret', addressOf(9)], says: 'No vault for secrets is configured for the chain test' },
  ])('the line: $says', async ({ line, says, code = 1 }) => {
    const desk = deskOf(1, house.chain)

    const { exitCode, errors, out } = await desk.iexec(['app', ...line])

    expect(errors).toContain(says)
    expect([exitCode, out]).toEqual([code, ''])
  })

  test('without a market, an app with a price is not registered: --no-publish does', async () => {
    const desk = deskOf(1, { ...house.chain, marketUrl: undefined })
    desk.write('iexec.json', { app: { name: 'no market', multiaddr: IMAGE, checksum: CHECKSUM, price: 1 } })

    const refused = await desk.iexec(['app', 'deploy'])
    const registered = await desk.raw(['app', 'deploy', '--no-publish'])

    expect(refused.exitCode).toBe(1)
    expect(refused.errors).toMatch(/No market is configured for the chain test\.\n[^]*--no-publish/u)
    expect(registered).toMatchObject({ ok: true })
  })
})

describe('a dead market', () => {
  test('what was registered is said, with exit code 1; the same command goes on when the market lives', async () => {
    const desk = deskOf(1, { ...house.chain, marketUrl: 'http://127.0.0.1:9' })
    const app = { name: 'half', multiaddr: IMAGE, checksum: CHECKSUM, price: 1 }
    desk.write('iexec.json', { app })

    const half = await desk.iexec(['app', 'deploy'])
    const halfAgain = await desk.raw(['app', 'deploy'])
    const chains = desk.read('chain.json') as { readonly chains: { readonly test: object } }
    const entry = { ...chains.chains.test, iexecGateway: house.marketUrl }
    desk.write('chain.json', { ...chains, chains: { test: entry } })
    const whole = await desk.raw(['app', 'deploy'])

    const address = /^App (0x[0-9a-fA-F]{40})/mu.exec(half.out)?.[1] ?? ''
    expect(half.exitCode).toBe(1)
    expect(half.errors).toContain(
      `The app is registered at ${address}, and it is not for sale: The market at 127.0.0.1:9`,
    )
    expect(half.errors).toContain('Repeat iexec app deploy: it goes on from here.')
    expect(desk.read('deployed.json')).toEqual({ app: { [house.chain.chainId]: address } })
    expect(halfAgain).toMatchObject({ ok: false, address, fail: expect.any(Array) })
    expect(whole).toEqual({ ok: true, address, orderHash: expect.stringMatching(HASH) })
  })
})

describe('WASM apps', () => {
  const MODULE = Buffer.from('0061736d01000000', 'hex')
  const SHA256 = '93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476'

  test("the module at a URL is downloaded, and its sha256 is the app's checksum", async () => {
    const multiaddr = `${await serve(MODULE)}/app.wasm`
    const desk = project(1, { type: 'WASM', multiaddr, checksum: undefined })

    const deployed = await desk.raw(['app', 'deploy'])

    expect(deployed).toMatchObject({ ok: true })
    expect(await desk.raw(['app', 'show'])).toMatchObject({
      app: { appType: 'WASM', appMultiaddr: multiaddr, appChecksum: `0x${SHA256}` },
    })
  })

  test('a module of this machine is stored first; at its /ipfs path the same app is found again', async () => {
    const storage = await startStorage()
    const desk = project(4, { type: 'WASM', multiaddr: 'app.wasm', checksum: undefined })
    writeFileSync(join(desk.folder, 'app.wasm'), MODULE)
    const { chains } = desk.read('chain.json') as { readonly chains: { readonly test: object } }
    desk.write('chain.json', {
      default: 'test',
      chains: { test: { ...chains.test, ipfsNode: storage, ipfsGateway: storage } },
    })

    const deployed = await desk.raw(['app', 'deploy'])
    const shown = (await desk.raw(['app', 'show'])) as { readonly app: { readonly appMultiaddr: string } }
    desk.write('iexec.json', { app: { name: 'a', type: 'WASM', multiaddr: shown.app.appMultiaddr } })
    const again = await desk.raw(['app', 'deploy'])

    expect(shown).toMatchObject({
      app: { appMultiaddr: `/ipfs/${await computeCid(MODULE)}`, appChecksum: `0x${SHA256}` },
    })
    expect(again).toEqual({ ok: true, address: deployed['address'] })
  })

  test('what is no module, is not there, or only of this machine, is said', async () => {
    const origin = await serve(Buffer.from('<html>'))
    const desk = project(1, {})
    mkdirSync(join(desk.folder, 'build'))
    writeFileSync(join(desk.folder, 'build/app.wasm'), MODULE)
    const deploy = async (multiaddr: string, more = {}): Promise<string> => {
      desk.write('iexec.json', { app: { name: 'w', type: 'WASM', multiaddr, ...more } })
      const { exitCode, errors } = await desk.iexec(['app', 'deploy'])
      expect(exitCode).toBe(1)
      return errors
    }

    expect(await deploy(`${origin}/app.wasm`)).toContain('is no WASM module')
    expect(await deploy(`${origin}/other.wasm`)).toContain('the answer is 404')
    expect(await deploy('build/none.wasm')).toContain('no URL, no /ipfs path, and no file')
    expect(await deploy('build/app.wasm')).toContain(`Its sha256 is 0x${SHA256}`)
    expect(await deploy('build/app.wasm', { checksum: CHECKSUM })).toContain(`is 0x${SHA256}, and app.checksum is`)
    expect(await deploy('/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ')).toContain('has no ipfsGateway')
  })
})
