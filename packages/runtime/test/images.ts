// Tiny images for tests, put together here and pushed to a registry by its HTTP API: no build, no base image, no network.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { AppSource } from '../src/job.ts'
import { packTar, type LayerEntry } from './tar.ts'

/** Where images are pushed to, and what makes them able to run anything: fields of `TestEngineAddress`. */
export type ImageTarget = {
  /** `HOST:PORT` of the registry. */
  readonly registry: string
  /** Path of a statically linked busybox on this machine. */
  readonly busybox: string
  /** `name:password`, where the registry wants one. */
  readonly login?: string
}

/** An image. Everything may be left out: that is busybox with its shell as entrypoint. */
export type ImageSpec = {
  /** Name in the registry; `test/app` unless told. */
  readonly repository?: string
  readonly tag?: string
  /** Files above busybox. */
  readonly files?: readonly LayerEntry[]
  /** Entrypoint, Cmd, Env, User, Volumes, WorkingDir as in the engine's own words; the entrypoint is `/bin/sh` unless told. */
  readonly config?: Readonly<Record<string, unknown>>
  /** In the words of Go: `amd64`, `arm64`; this machine's unless told. */
  readonly architecture?: string
  /** Several at once: the image is an index, and its digest the index's. */
  readonly architectures?: readonly string[]
}

/** An image that stands in a registry. */
export type PushedImage = Extract<AppSource, { type: 'DOCKER' }>

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
const INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json'
const APPLETS =
  'sh cat echo ls ln mkdir rm sleep touch id nc nproc yes dd kill date hostname chmod mount chown tail env'

/**
 * Pushes an image, and returns it as an app is registered: reference and manifest digest.
 *
 * @example
 * const image = await pushImage(inject('engine'), { config: { Entrypoint: ['/bin/sh', '-c', 'echo hello'] } })
 */
export async function pushImage(target: ImageTarget, spec: ImageSpec = {}): Promise<PushedImage> {
  const { repository = 'test/app', tag = 'latest' } = spec
  const push = pushTo(target, repository)
  const architectures = spec.architectures ?? [spec.architecture ?? architectureHere()]
  const manifests = []
  for (const architecture of architectures) {
    const manifest = await pushManifest(push, { spec, architecture, busybox: target.busybox })
    manifests.push({ ...manifest, platform: { os: 'linux', architecture } })
  }
  const [first] = manifests
  if (first === undefined) throw new Error('An image needs at least one architecture.')
  const whole = spec.architectures === undefined ? first.body : JSON.stringify(indexOf(manifests))
  const digest = await push.manifest(tag, whole, spec.architectures === undefined ? MANIFEST : INDEX)
  return {
    type: 'DOCKER',
    image: `${target.registry}/${repository}:${tag}`,
    digest: `0x${digest.replace('sha256:', '')}`,
  }
}

/** This machine, in the words of Go. */
export function architectureHere(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch
}

type Described = { readonly digest: string; readonly size: number; readonly body: string; readonly platform: object }

function indexOf(manifests: readonly Described[]): object {
  return {
    schemaVersion: 2,
    mediaType: INDEX,
    manifests: manifests.map(({ digest, size, platform }) => ({ mediaType: MANIFEST, digest, size, platform })),
  }
}

type Push = {
  readonly blob: (content: Buffer) => Promise<{ readonly digest: string; readonly size: number }>
  readonly manifest: (name: string, body: string, mediaType: string) => Promise<string>
}

function pushTo({ registry, login }: ImageTarget, repository: string): Push {
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers)
    if (login !== undefined) headers.set('authorization', `Basic ${Buffer.from(login).toString('base64')}`)
    const url = new URL(path, `http://${registry}/v2/${repository}/`)
    const response = await fetch(url, { ...init, headers })
    if (!response.ok) throw new Error(`${url.href} answered ${response.status}: ${await response.text()}`)
    return response
  }
  return {
    blob: async (content) => {
      const digest = digestOf(content)
      const opened = await send('blobs/uploads/', { method: 'POST' })
      const place = new URL(opened.headers.get('location') ?? '', `http://${registry}`)
      place.searchParams.set('digest', digest)
      await send(place.href, { method: 'PUT', body: new Uint8Array(content) })
      return { digest, size: content.length }
    },
    manifest: async (name, body, mediaType) => {
      await send(`manifests/${name}`, { method: 'PUT', body, headers: { 'content-type': mediaType } })
      return digestOf(body)
    },
  }
}

type Part = { readonly spec: ImageSpec; readonly architecture: string; readonly busybox: string }

async function pushManifest(push: Push, part: Part): Promise<Omit<Described, 'platform'>> {
  const layers = [
    packTar(shellFiles(part.busybox)),
    ...(part.spec.files === undefined ? [] : [packTar(part.spec.files)]),
  ]
  const pushed = []
  for (const layer of layers) pushed.push(await push.blob(gzipSync(layer, { level: 1 })))
  const config = await push.blob(
    Buffer.from(
      JSON.stringify({
        os: 'linux',
        architecture: part.architecture,
        config: { Entrypoint: ['/bin/sh'], Env: ['PATH=/bin'], ...part.spec.config },
        rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) },
      }),
    ),
  )
  const body = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', ...config },
    layers: pushed.map((blob) => ({ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', ...blob })),
  })
  const digest = await push.manifest(digestOf(body), body, MANIFEST)
  return { digest, size: Buffer.byteLength(body), body }
}

function shellFiles(busybox: string): readonly LayerEntry[] {
  return [
    { path: 'bin/' },
    { path: 'tmp/', mode: 0o1777 },
    { path: 'bin/busybox', content: readFileSync(busybox) },
    ...APPLETS.split(' ').map((name) => ({ path: `bin/${name}`, linkTo: 'busybox' })),
  ]
}

function digestOf(content: Buffer | string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}
