// How images are had, and which are refused. Every test asks a real engine and a real registry.
import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import {
  architectureHere,
  pushImage,
  startRegistry,
  type ImageSpec,
  type PushedImage,
  type TestEngineAddress,
} from '../../test/engine.ts'
import { newFolders, newJob } from '../../test/runs.ts'
import { TaskFault, type Engine, type FetchProgress } from '../job.ts'
import { createDockerEngine, type DockerEngineOptions } from './index.ts'
import { connect } from './options.ts'

const address = inject('engine')
const OTHER_DIGEST = `0x${'12'.repeat(32)}` as const
/** A line of `htpasswd -B` for the name `me` and this password. */
const PASSWORD = 'a password of this test'
const HTPASSWD = 'me:$2y$05$abcdefghijklmnopqrstuu/eX91P7k83LL4y8vQl23I5f0cP1O/Ya'
const options = { signal: new AbortController().signal, seconds: 60 }

function open(more: Partial<DockerEngineOptions> = {}): Engine {
  return createDockerEngine({ host: address?.host ?? '', label: 'prepare.test', retryMs: 1, ...more })
}

async function push(spec: ImageSpec): Promise<PushedImage> {
  return pushImage(address as TestEngineAddress, spec)
}

function digestOf({ digest }: PushedImage): string {
  return `sha256:${digest.slice(2)}`
}

describe.skipIf(address === undefined)('with a real Docker Engine', () => {
  let engine: Engine
  const refusalOf = async (image: PushedImage, from: Engine = engine): Promise<unknown> => {
    try {
      await from.prepare(image, options)
      return 'prepared'
    } catch (error) {
      return error instanceof TaskFault ? { kind: error.kind, message: error.message } : error
    }
  }

  beforeAll(() => {
    engine = open()
  })

  test('an image is had by its digest, whatever its tag says by now, and told as it comes', async () => {
    const old = await push({ repository: 'prepare/moved', tag: '1', files: [randomFile(4e6)] })
    await push({ repository: 'prepare/moved', tag: '1', files: [{ path: 'new', content: '' }] })
    const heard: FetchProgress[] = []

    await engine.prepare(old, { ...options, onProgress: (progress) => heard.push(progress) })

    const last = heard.at(-1)
    expect(last?.totalBytes).toBeGreaterThan(4e6)
    expect(last?.doneBytes).toBe(last?.totalBytes)
  })

  test('an image that is at hand is not asked for again', async () => {
    const registry = await startRegistry()
    const image = await pushImage({ ...(address as TestEngineAddress), registry: registry.host }, {})
    await engine.prepare(image, options)
    await registry.stop()

    const prepared = open().prepare(image, options)

    await expect(prepared).resolves.toBeDefined()
  })

  test('an index of several architectures is had by its own digest', async () => {
    await using folders = await newFolders()
    const architectures = ['s390x', architectureHere()]
    const index = await push({ repository: 'prepare/index', architectures, config: { Cmd: ['-c', 'echo ran'] } })

    const app = await engine.prepare(index, options)

    expect((await app.run(newJob(index), folders, options)).stdout.text).toBe('ran\n')
  })

  test('a digest that its registry does not have is refused with the one that it has', async () => {
    const image = await push({ repository: 'prepare/wrong', tag: '2' })

    const refusal = await refusalOf({ ...image, digest: OTHER_DIGEST })

    expect(refusal).toEqual({
      kind: 'APP_IMAGE_REFUSED',
      message:
        `${image.image} has the digest ${digestOf(image)}, and sha256:${OTHER_DIGEST.slice(2)} is registered, ` +
        'which its registry does not have.',
    })
  })

  test('a reference that names another digest than the registered one is refused with both', async () => {
    const image = await push({ repository: 'prepare/pinned' })

    const refusal = await refusalOf({ ...image, image: `${image.image}@${digestOf(image)}`, digest: OTHER_DIGEST })

    expect(refusal).toMatchObject({
      kind: 'APP_IMAGE_REFUSED',
      message: `The reference names the digest ${digestOf(image)}, and sha256:${OTHER_DIGEST.slice(2)} is registered.`,
    })
  })

  test('a registry that gives other bytes under a digest is refused', async () => {
    const { server, host } = await startLiar()
    const image = { type: 'DOCKER', image: `${host}/liar/app:1`, digest: OTHER_DIGEST } as const

    const refusal = await refusalOf(image)

    server.close()
    expect(refusal).toMatchObject({
      kind: 'APP_IMAGE_REFUSED',
      message: expect.stringContaining(OTHER_DIGEST.slice(2)),
    })
  })

  test('an image that is not there, a registry that is down and a name that is none cannot be downloaded', async () => {
    const here = (address as TestEngineAddress).registry
    const down = await startRegistry()
    await down.stop()
    const image = { type: 'DOCKER', digest: OTHER_DIGEST } as const

    const refusals = [
      await refusalOf({ ...image, image: `${here}/prepare/nothing:1` }),
      await refusalOf({ ...image, image: `${down.host}/prepare/nothing:1` }),
      await refusalOf({ ...image, image: '../../containers/x' }),
    ]

    const name = 'could not be downloaded'
    expect(refusals).toEqual([
      {
        kind: 'APP_IMAGE_DOWNLOAD_FAILED',
        message: expect.stringMatching(new RegExp(`prepare/nothing@sha256:(12)+ ${name}: .*not found`, 'u')),
      },
      {
        kind: 'APP_IMAGE_DOWNLOAD_FAILED',
        message: expect.stringMatching(new RegExp(`${name} after 3 tries: .*connection refused`, 'u')),
      },
      {
        kind: 'APP_IMAGE_DOWNLOAD_FAILED',
        message: '"../../containers/x" is no reference of an image.',
      },
    ])
  })

  test('a registry that does not answer is given up at the time limit, or when nobody waits any longer', async () => {
    const { server, host, asked } = await startSilence()
    const image = { type: 'DOCKER', image: `${host}/silent/app:1`, digest: OTHER_DIGEST } as const
    const control = new AbortController()

    const late = engine.prepare(image, { ...options, seconds: 0.2 })
    await expect(late).rejects.toThrow(/could not be downloaded within 0.2 s\.$/u)
    const left = engine.prepare({ ...image, image: `${host}/silent/other:1` }, { ...options, signal: control.signal })
    await asked('/silent/other')
    control.abort(new Error('nobody waits'))
    await expect(left).rejects.toThrow('nobody waits')

    server.closeAllConnections()
    server.close()
  })

  test.each(['iexec', 'iexec_in', 'iexec_out'])('an image that brings /%s is refused', async (name) => {
    const image = await push({ repository: 'prepare/folders', files: [{ path: `${name}/` }] })

    const refusal = await refusalOf(image)

    expect(refusal).toMatchObject({ kind: 'APP_IMAGE_REFUSED', message: expect.stringContaining(` brings /${name},`) })
  })

  test('an image that brings a link or a file of such a name is refused, and one that only resembles it is not', async () => {
    const link = await push({ repository: 'prepare/link', files: [{ path: 'iexec_out', linkTo: '/nowhere' }] })
    const file = await push({ repository: 'prepare/file', files: [{ path: 'iexec_in', content: 'x' }] })
    const alike = await push({ repository: 'prepare/alike', files: [{ path: 'iexec_input/' }] })

    const refusals = [await refusalOf(link), await refusalOf(file), await refusalOf(alike)]

    expect(refusals).toEqual([
      expect.objectContaining({ kind: 'APP_IMAGE_REFUSED' }),
      expect.objectContaining({ kind: 'APP_IMAGE_REFUSED' }),
      'prepared',
    ])
  })

  test('an image for another architecture is for other machines, and nobody votes for that', async () => {
    const image = await push({ repository: 'prepare/foreign', architecture: 's390x' })
    const index = await push({ repository: 'prepare/foreign-index', architectures: ['s390x', 'ppc64le'] })

    const refusals = [await refusalOf(image), await refusalOf(index)]

    expect(refusals).toEqual([
      expect.objectContaining({
        name: 'MachineFault',
        message: expect.stringContaining(`is built for linux/s390x, and this engine runs linux/${architectureHere()}.`),
      }),
      expect.objectContaining({ name: 'MachineFault', message: expect.stringContaining('no matching manifest') }),
    ])
  })

  test('an image that is larger than allowed is refused, and one that just fits is not', async () => {
    const image = await push({ repository: 'prepare/large', files: [{ path: 'zeros', content: Buffer.alloc(5e6) }] })
    await engine.prepare(image, options)
    const name = `${image.image.replace(':latest', '')}@${digestOf(image)}`
    const { Size } = await connect({ host: address?.host ?? '' })
      .getImage(name)
      .inspect()

    const refusals = [
      await refusalOf(image, open({ maxImageBytes: Size - 1 })),
      await refusalOf(image, open({ maxImageBytes: Size })),
    ]

    expect(refusals[0]).toMatchObject({
      kind: 'APP_IMAGE_REFUSED',
      message: expect.stringContaining(`has ${Size} bytes, and at most ${Size - 1} are taken.`),
    })
    expect(refusals[1]).toBe('prepared')
  })

  test('a download that grows larger than allowed is broken off', async () => {
    const image = await push({ repository: 'prepare/growing', files: [randomFile(4e6)] })

    const refusal = await refusalOf(image, open({ maxImageBytes: 3e6 }))

    expect(refusal).toMatchObject({
      kind: 'APP_IMAGE_REFUSED',
      message: expect.stringContaining('at most 3000000 are taken'),
    })
  })

  test('volumes that an image declares are empty and held in memory, and may not lie over the folders of a task', async () => {
    await using folders = await newFolders()
    const files = [{ path: 'data/' }, { path: 'data/x', content: 'of the image' }]
    const config = { Volumes: { '/data': {}, '/tmp': {} }, Cmd: ['-c', 'cat /proc/mounts; echo >/data/y; ls /data'] }
    const good = await push({ repository: 'prepare/volumes', files, config })
    const bad = await push({ repository: 'prepare/volumes', tag: 'bad', config: { Volumes: { '/iexec_in/./': {} } } })

    const app = await engine.prepare(good, options)
    const ran = await app.run(newJob(good), folders, options)

    expect(ran.stdout.text).toMatch(/^tmpfs \/data tmpfs /mu)
    expect(ran.stdout.text).toMatch(/\ny\n$/u)
    expect(await refusalOf(bad)).toMatchObject({
      message: expect.stringContaining('declares the volume /iexec_in/./,'),
    })
    expect(await connect({ host: address?.host ?? '' }).listVolumes()).toMatchObject({ Volumes: [] })
  })

  test('an image whose working directory is a file is refused', async () => {
    const files = [{ path: 'app', content: '' }]
    const image = await push({ repository: 'prepare/file-for-folder', files, config: { WorkingDir: '/app' } })

    const refusal = await refusalOf(image)

    expect(refusal).toMatchObject({
      kind: 'APP_IMAGE_REFUSED',
      message: expect.stringContaining('/app is not a directory'),
    })
  })

  test('an image of a private registry is had with a login, and its password stands in no message', async () => {
    const registry = await startRegistry({ htpasswd: HTPASSWD })
    const target = { ...(address as TestEngineAddress), registry: registry.host }
    const image = await pushImage({ ...target, login: `me:${PASSWORD}` }, { repository: 'private/app' })
    const wrong = open({ registries: { [registry.host]: { username: 'me', password: 'another password' } } })
    const right = open({ registries: { [registry.host]: { username: 'me', password: PASSWORD } } })

    const refusals = [await refusalOf(image), await refusalOf(image, wrong), await refusalOf(image, right)]

    await registry.stop()
    expect(refusals).toEqual([
      expect.objectContaining({ kind: 'APP_IMAGE_DOWNLOAD_FAILED' }),
      expect.objectContaining({ kind: 'APP_IMAGE_DOWNLOAD_FAILED' }),
      'prepared',
    ])
    expect(JSON.stringify(refusals)).not.toContain('another password')
  })
})

/** A file that cannot be compressed. */
function randomFile(size: number): { readonly path: string; readonly content: Buffer } {
  return { path: 'random', content: randomBytes(size) }
}

type Listening = { readonly server: Server; readonly host: string }

async function listen(server: Server): Promise<Listening> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return { server, host: `127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** A registry that has the same document under every digest. */
async function startLiar(): Promise<Listening> {
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json'
  const config = {
    mediaType: 'application/vnd.docker.container.image.v1+json',
    size: 2,
    digest: `sha256:${'00'.repeat(32)}`,
  }
  const body = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [] })
  return listen(
    createServer((request, response) => {
      response.setHeader('docker-distribution-api-version', 'registry/2.0')
      response.setHeader('content-type', mediaType)
      response.setHeader('content-length', Buffer.byteLength(body))
      response.end(request.method === 'HEAD' || request.url === '/v2/' ? undefined : body)
    }),
  )
}

/** A registry that hears everything and says nothing after its greeting. */
async function startSilence(): Promise<Listening & { readonly asked: (path: string) => Promise<void> }> {
  const waiting: { readonly path: string; readonly resolve: () => void }[] = []
  const server = createServer((request, response) => {
    if (request.url === '/v2/') response.end()
    for (const { path, resolve } of waiting) if (request.url?.includes(path)) resolve()
  })
  const asked = async (path: string): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({ path, resolve })
    })
  return { ...(await listen(server)), asked }
}
