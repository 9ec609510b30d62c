// From the tag of an image to the digest of its manifest, which no later push can change.
import { createHash } from 'node:crypto'
import type { Hex } from 'viem'
import { CliError } from '../cliError.ts'
import type { DownloadOptions } from './download.ts'
import { writeReference, type ImageReference } from './reference.ts'
import { openRepository, type RegistryClient } from './registryClient.ts'

/** What stands behind the name of an image. */
export type ResolvedImage = {
  /** sha256 of the manifest, byte by byte as the registry has it. */
  readonly digest: Hex
  /** An index lists an image for each platform; a manifest is one image. */
  readonly form: 'index' | 'manifest'
  /** As `linux/amd64`; empty when the registry does not tell. */
  readonly platforms: readonly string[]
}

const INDEXES = ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json']
const MANIFESTS = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json']
const ACCEPT = [...INDEXES, ...MANIFESTS].join(', ')

/**
 * Asks the registry which manifest a name stands for. The digest is computed from what the registry sends.
 *
 * @throws CliError `NotFound` when there is no such image or tag, `Unusable` when it is none that workers run, `Unreachable`,
 * `Interrupted`
 * @example
 * await resolveImage(parseReference('alpine:3.20'), { signal }) // { digest: '0x…', form: 'index', platforms: ['linux/amd64', …] }
 */
export async function resolveImage(image: ImageReference, options: DownloadOptions): Promise<ResolvedImage> {
  const repository = openRepository(image, options)
  const wanted = image.digest === undefined ? image.tag : digestText(image.digest)
  const { bytes, mediaType } = await repository.read(`manifests/${wanted}`, ACCEPT)
  const digest: Hex = `0x${createHash('sha256').update(bytes).digest('hex')}`
  if (image.digest !== undefined && image.digest !== digest) {
    throw unusable(image, `the registry sends something else, whose digest is ${digestText(digest)}`)
  }
  const manifest = readJson(image, bytes)
  const type = typeof manifest['mediaType'] === 'string' ? manifest['mediaType'] : mediaType
  if (INDEXES.includes(type)) return { digest, form: 'index', platforms: platformsOf(image, manifest) }
  if (!MANIFESTS.includes(type)) throw unusable(image, `it is ${type || 'something without a type'}, and no image`)
  return { digest, form: 'manifest', platforms: await platformOf(repository, image, manifest) }
}

/** A digest as Docker writes it. */
export function digestText(digest: Hex): string {
  return `sha256:${digest.slice(2)}`
}

type Json = Readonly<Record<string, unknown>>

function platformsOf(image: ImageReference, { manifests }: Json): readonly string[] {
  if (!Array.isArray(manifests)) throw unusable(image, 'its index lists nothing')
  const platforms = manifests.flatMap((entry) =>
    isJson(entry) && isJson(entry['platform']) ? [entry['platform']] : [],
  )
  // Builders also list what they know about the images, for a platform "unknown".
  return [...new Set(platforms.map(platformText).filter((text) => text !== '' && text !== 'unknown/unknown'))]
}

async function platformOf(
  repository: RegistryClient,
  image: ImageReference,
  { config }: Json,
): Promise<readonly string[]> {
  const digest = isJson(config) ? config['digest'] : undefined
  if (typeof digest !== 'string' || !/^sha256:[\da-f]{64}$/u.test(digest)) {
    throw unusable(image, 'its manifest names no configuration')
  }
  const { bytes } = await repository.read(`blobs/${digest}`, '*/*')
  const platform = platformText(readJson(image, bytes))
  return platform === '' ? [] : [platform]
}

function platformText({ os, architecture, variant }: Json): string {
  return [os, architecture, variant].filter((part) => typeof part === 'string' && part !== '').join('/')
}

function readJson(image: ImageReference, bytes: Buffer): Json {
  try {
    const given: unknown = JSON.parse(bytes.toString())
    if (isJson(given)) return given
  } catch {
    // Said below.
  }
  throw unusable(image, 'the registry sends what is no JSON')
}

function isJson(given: unknown): given is Json {
  return typeof given === 'object' && given !== null && !Array.isArray(given)
}

function unusable(image: ImageReference, why: string): CliError {
  return new CliError('Unusable', `The image ${writeReference(image)} at ${image.registry} cannot be used: ${why}.`, {
    hints: ['Push it again with a builder of today: docker push, or docker buildx build --push.'],
  })
}
