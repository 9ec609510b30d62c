// The first sale where a container engine is: the image of the app is built, kept in a registry of the network's own, and sold, too.
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openDesk, type Called, type Desk } from '../iexec.ts'
import { installNetwork } from '../outer.ts'
import { openImageShop, type ImageShop } from '../work/images.ts'
import { findPortBase } from './portBase.ts'
import { makeSampleImages } from './sampleImages.ts'

const START = join(import.meta.dirname, '../../network/src/first.ts')
const REGISTRY_PLACE = 5
const engine = inject('engine')
/** Images are made and computed with, on machines with two cores that run other tests meanwhile. */
const LONG_MS = 240_000

type Line = {
  readonly event: string
  readonly message: string
  readonly type?: 'WASM' | 'DOCKER'
  readonly what?: string
  readonly who?: string
  readonly files?: readonly string[]
  readonly same?: boolean
}

describe.skipIf(engine === undefined)('a first sale with a container engine', { timeout: LONG_MS }, () => {
  let shop: ImageShop
  let desk: Desk
  let portBase: number
  let stranger: string
  let host = ''
  let registry = ''
  beforeAll(async () => {
    if (engine === undefined) return
    host = engine.host
    shop = openImageShop(engine)
    makeSampleImages(shop)
    // Of another network: nobody else may end it.
    stranger = shop.docker(['create', '--label', 'iexec.network=/elsewhere', 'registry:2']).trim()
    desk = openDesk()
    installNetwork(desk)
    portBase = await findPortBase()
    registry = `127.0.0.1:${portBase + REGISTRY_PLACE}`
  }, LONG_MS)
  afterAll(async () => {
    await network('reset', '--yes')
    shop.docker(['rm', '--force', stranger])
    shop.clear()
    desk.clear()
  })

  async function network(...args: readonly string[]): Promise<Called> {
    return desk.iexec(['network', ...args])
  }

  /** As `pnpm start` runs it; its network is the one of the desk's home. */
  async function start(...args: readonly string[]): Promise<readonly Line[]> {
    const words = [START, '--json', '--port-base', String(portBase), '--docker-host', host, ...args]
    const child = spawn(process.execPath, words, { env: { ...process.env, HOME: desk.home } })
    let [out, errors] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' })
    return out.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []))
  }

  /** The containers of this network's registry. */
  function listOwn(): readonly string[] {
    const folder = join(desk.home, '.iexec/networks/local')
    return shop
      .docker(['ps', '--all', '--quiet', '--filter', `label=iexec.network=${folder}`])
      .split('\n')
      .filter(Boolean)
  }

  /** What a container of the registry may do, as the engine has it. */
  function rightsOf(id = ''): Readonly<Record<string, unknown>> {
    const [container] = JSON.parse(shop.docker(['inspect', id])) as readonly [
      { readonly Config: object; readonly HostConfig: object },
    ]
    return { ...container.Config, ...container.HostConfig }
  }

  async function readRegistryState(): Promise<object | undefined> {
    const { services } = JSON.parse((await network('status', '--json')).out) as {
      readonly services: readonly { readonly service: string }[]
    }
    return services.find(({ service }) => service === 'registry')
  }

  test('a registry that cannot be had is one line, and the app is sold as WebAssembly', async () => {
    const lines = await start('--registry-image', '127.0.0.1:1/registry:2')

    const notes = lines.filter(({ event }) => event === 'no-image').map(({ message }) => message)
    expect(notes).toEqual([
      expect.stringMatching(
        /^The app is sold as WebAssembly alone, not as an image\. The image 127\.0\.0\.1:1\/registry:2 cannot be had: [^\n]+$/u,
      ),
    ])
    expect(lines.filter(({ event }) => event === 'sold').map(({ type }) => type)).toEqual(['WASM'])
    expect(listOwn()).toEqual([])
  })

  test('module and image are sold one after the other, three workers agree on each, and both pictures are the same bytes', async () => {
    const lines = await start()

    const sold = lines.filter(({ event }) => event === 'sold')
    const votes = lines.filter(({ what }) => what === 'contributed').map(({ type, who }) => `${type} ${who}`)
    const three = ['worker-1', 'worker-2', 'worker-3']
    expect(votes.toSorted()).toEqual(['DOCKER', 'WASM'].flatMap((type) => three.map((who) => `${type} ${who}`)))
    expect(sold.map(({ type }) => type)).toEqual(['WASM', 'DOCKER'])
    const [first, second] = sold.map(({ files }) => files?.find((file) => file.endsWith('.png')) ?? '')
    expect(second).not.toBe(first)
    expect(readFileSync(second ?? '').equals(readFileSync(first ?? ''))).toBe(true)
    expect(lines.find(({ event }) => event === 'compared')).toMatchObject({ same: true })
    expect(lines.filter(({ event }) => event === 'image').length).toBeGreaterThan(0)
    const { imageRegistry } = JSON.parse(
      readFileSync(join(desk.home, '.iexec/networks/local/network.json'), 'utf8'),
    ) as { readonly imageRegistry?: string }
    expect(imageRegistry).toBe(registry)
  })

  // runs: docker build --tag 127.0.0.1:8550/my-app .
  // runs: docker push 127.0.0.1:8550/my-app
  // runs: iexec app deploy
  // runs: iexec network start --detach --registry
  test("whoever has an app of his own pushes it there, and deploys it; it is there after the network's next start", async () => {
    const room = shop.makeFolder()
    writeFileSync(join(room, 'Dockerfile'), 'FROM busybox:1.37\nENTRYPOINT ["true"]\n')
    const image = `${registry}/my-app`
    shop.docker(['build', '--tag', image, room])
    shop.docker(['push', image])
    const { address: owner } = await desk.raw(['wallet', 'create', '--unencrypted'])
    await desk.raw(['wallet', 'get-ether'])
    const app = { owner, name: 'my-app', type: 'DOCKER', multiaddr: image }
    writeFileSync(join(desk.folder, 'iexec.json'), JSON.stringify({ app }))
    const deployed = await desk.raw(['app', 'deploy'])
    const own = listOwn()
    const rights = rightsOf(own[0])

    const stopped = await network('stop')
    const left = listOwn()
    const again = await network('start', '--detach', '--registry', '--docker-host', host)

    expect(deployed).toMatchObject({ ok: true, address: expect.stringMatching(/^0x[\dA-Fa-f]{40}$/u) as string })
    expect([stopped.exitCode, own.length, left]).toEqual([0, 1, []])
    expect(rights).toMatchObject({
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      User: `${process.getuid?.()}:${process.getgid?.()}`,
      // Engines of tests have no network for containers.
      Env: expect.arrayContaining([`REGISTRY_HTTP_ADDR=${registry}`]) as unknown,
    })
    expect(again).toMatchObject({ exitCode: 0, errors: '' })
    expect(again.out).toContain(`docker push ${registry}/my-app`)
    const answer = await fetch(`http://${registry}/v2/_catalog`)
    expect(await answer.json()).toEqual({ repositories: ['my-app', 'ray-tracer'] })
    expect(await readRegistryState()).toMatchObject({ url: `http://${registry}`, healthy: true })
    expect((await network('logs', 'registry')).out).toContain('listening on')
  })

  test('of a network that was killed, the registry is found by the next start and by stop, and nobody else is ended', async () => {
    const { services } = JSON.parse((await network('status', '--json')).out) as {
      readonly services: readonly { readonly service: string; readonly pid: number }[]
    }
    const own = listOwn()
    for (const { service, pid } of services) if (service !== 'registry') process.kill(pid, 'SIGKILL')

    const killed = await network('status')
    const stopped = await network('stop')

    expect(own).toHaveLength(1)
    expect(killed.out).toMatch(/was killed, and left (?:.+, )?registry\. /u)
    expect(stopped.out).toMatch(/had left was ended: (?:.+, )?registry\.\n/u)
    expect(listOwn()).toEqual([])
    expect(shop.docker(['ps', '--all', '--quiet', '--no-trunc'])).toContain(stranger)
  })
})
