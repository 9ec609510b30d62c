// The name of an image as `docker pull` takes it, taken apart: registry, repository, tag and digest.
import type { Hex } from 'viem'
import { CliError } from '../cliError.ts'

/** An image, by a tag or by its digest. */
export type ImageReference = {
  /** `docker.io` when the name has none; perhaps with a port. */
  readonly registry: string
  /** With `library/` for Docker Hub's own images. */
  readonly repository: string
  readonly tag: string | undefined
  /** sha256 of the manifest, when the name says it. */
  readonly digest: Hex | undefined
}

const DOCKER_HUB = 'docker.io'
const REGISTRY = /^(?:[a-z\d](?:[a-z\d.-]*[a-z\d])?|\[[\da-f:]+\])(?::\d{1,5})?$/iu
const PATH = /^[a-z\d]+(?:(?:\.|_|__|-+)[a-z\d]+)*(?:\/[a-z\d]+(?:(?:\.|_|__|-+)[a-z\d]+)*)*$/u
const TAG = /^\w[\w.-]{0,127}$/u
const HUB_PAGE = /^https?:\/\/hub\.docker\.com\/(?:r\/|repository\/docker\/)?([\w.-]+\/[\w.-]+)/iu

/**
 * Takes the name of an image apart.
 *
 * @throws CliError `BadFile` that says what to write instead
 * @example
 * parseReference('alpine') // { registry: 'docker.io', repository: 'library/alpine', tag: 'latest', digest: undefined }
 */
export function parseReference(name: string): ImageReference {
  const page = HUB_PAGE.exec(name)?.[1]
  if (page !== undefined)
    throw noImage(name, `That is the page of an image. Its name is ${page}, and its tag behind it.`)
  if (/^\w+:\/\//u.test(name)) throw noImage(name, 'Write it as docker pull takes it, without what stands before ://.')
  const [beforeDigest = '', digest, ...rest] = name.split('@')
  if (rest.length > 0) throw noImage(name, 'It has more than one @.')
  const { path, tag } = splitTag(beforeDigest)
  const { registry, repository } = splitRegistry(path)
  if (!REGISTRY.test(registry)) throw noImage(name, `"${registry}" is no host of a registry.`)
  if (!PATH.test(repository)) throw noImage(name, reasonOfPath(repository))
  if (tag !== undefined && !TAG.test(tag)) throw noImage(name, `"${tag}" is no tag: letters, digits and . _ - only.`)
  return {
    registry,
    repository: registry === DOCKER_HUB && !repository.includes('/') ? `library/${repository}` : repository,
    tag: tag ?? (digest === undefined ? 'latest' : undefined),
    digest: digest === undefined ? undefined : readDigest(name, digest),
  }
}

/** How people write it: `me/app:1.0`, with the registry when it is another one than Docker Hub. */
export function writeReference({ registry, repository, tag }: ImageReference): string {
  const path = registry === DOCKER_HUB ? repository.replace(/^library\//u, '') : `${registry}/${repository}`
  return tag === undefined ? path : `${path}:${tag}`
}

/** A port also stands behind a colon; a tag never has a slash. */
function splitTag(name: string): { readonly path: string; readonly tag: string | undefined } {
  const colon = name.lastIndexOf(':')
  if (colon <= name.lastIndexOf('/')) return { path: name, tag: undefined }
  return { path: name.slice(0, colon), tag: name.slice(colon + 1) }
}

/** As Docker does: the first part is a registry when it has a dot, a port, or is localhost. */
function splitRegistry(path: string): Pick<ImageReference, 'registry' | 'repository'> {
  const slash = path.indexOf('/')
  const first = path.slice(0, Math.max(slash, 0))
  if (!/[.:]/u.test(first) && first !== 'localhost') return { registry: DOCKER_HUB, repository: path }
  const isHub = ['index.docker.io', 'registry-1.docker.io', DOCKER_HUB].includes(first)
  return { registry: isHub ? DOCKER_HUB : first, repository: path.slice(slash + 1) }
}

function reasonOfPath(repository: string): string {
  if (repository === '') return 'It has no name.'
  if (repository !== repository.toLowerCase()) return `Names of images are in lower case: ${repository.toLowerCase()}.`
  return `"${repository}" is no name of an image: small letters, digits, and single . _ - between them.`
}

function readDigest(name: string, digest: string): Hex {
  const hex = /^sha256:([\da-f]{64})$/u.exec(digest)?.[1]
  if (hex !== undefined) return `0x${hex}`
  throw noImage(name, 'Behind @ stands sha256: and 64 hex digits in lower case.')
}

function noImage(name: string, hint: string): CliError {
  return new CliError('BadFile', `"${name}" is no image.`, { hints: [hint, 'An image is written as in me/app:1.0.'] })
}
