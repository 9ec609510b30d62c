// One repository of a registry, by the HTTP API of the OCI distribution specification; logs in as nobody where that is asked.
// Source: https://github.com/opencontainers/distribution-spec and https://distribution.github.io/distribution/spec/auth/token/
import { CliError } from '../cliError.ts'
import { MEBIBYTE, inWords, readWhole, request, type DownloadOptions } from './download.ts'
import { writeReference, type ImageReference } from './reference.ts'

/** Reads from one repository. */
export type RegistryClient = {
  /**
   * A document of the repository.
   *
   * @param path behind the name of the repository: `manifests/latest`, `blobs/sha256:…`
   * @throws CliError `NotFound`, `Unusable`, `Unreachable`, `Interrupted`
   */
  readonly read: (path: string, accept: string) => Promise<RegistryDocument>
}

/** What a registry answered. */
export type RegistryDocument = { readonly bytes: Buffer; readonly mediaType: string }

/** What the specification demands that every registry takes as a manifest. */
const MAX_BYTES = 4 * MEBIBYTE

/** Opens the repository of an image. Nothing is asked before something is read. */
export function openRepository(image: ImageReference, options: DownloadOptions): RegistryClient {
  const what = `The registry ${image.registry}`
  const base = `${originOf(image.registry)}/v2/${image.repository}`
  let token: string | undefined
  const ask = async (path: string, accept: string): Promise<Response> =>
    request(new URL(`${base}/${path}`), what, {
      ...options,
      headers: { accept, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    })
  return {
    read: async (path, accept) => {
      let response = await ask(path, accept)
      if (response.status === 401 && token === undefined) {
        await response.body?.cancel()
        token = await fetchToken(image, response.headers.get('www-authenticate') ?? '', options)
        response = await ask(path, accept)
      }
      if (!response.ok) throw await refusalOf(image, response)
      const bytes = await inWords(what, options, async () =>
        readWhole(response, `What ${image.registry} sends`, MAX_BYTES),
      )
      return { bytes, mediaType: (response.headers.get('content-type') ?? '').replace(/;.*$/u, '').trim() }
    },
  }
}

/** Docker speaks HTTP only with registries of the same machine. */
function originOf(registry: string): string {
  if (registry === 'docker.io') return 'https://registry-1.docker.io'
  return `${isLoopback(registry) ? 'http' : 'https'}://${registry}`
}

function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/u, '')
  return name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/u.test(name)
}

/** A token for whoever asks: with it, public images are read. */
async function fetchToken(image: ImageReference, challenge: string, options: DownloadOptions): Promise<string> {
  const asked = readChallenge(challenge)
  if (asked === undefined) throw forbidden(image)
  const { realm, service, scope = `repository:${image.repository}:pull` } = asked
  const url = URL.canParse(realm) ? new URL(realm) : undefined
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.host))
  if (url === undefined || !isSafe) {
    throw new CliError('Unusable', `The registry ${image.registry} wants a login at ${realm}, which is no safe place.`)
  }
  if (service !== undefined) url.searchParams.set('service', service)
  url.searchParams.set('scope', scope)
  const what = `The login ${url.host} of the registry ${image.registry}`
  const response = await request(url, what, options)
  if (response.status === 401 || response.status === 403) throw forbidden(image)
  if (!response.ok) throw await refusalOf(image, response)
  const text = await inWords(what, options, async () => readWhole(response, `What ${url.host} sends`, MEBIBYTE))
  const token = tokenIn(text.toString())
  if (token === undefined) throw new CliError('Unusable', `${what} answered without a token.`)
  return token
}

type Challenge = { readonly realm: string; readonly service?: string; readonly scope?: string }

/** `Bearer realm="…",service="…",scope="…"`; nothing when another kind of login is wanted. */
function readChallenge(header: string): Challenge | undefined {
  const parameters = /^\s*Bearer\s+(.*)$/iu.exec(header)?.[1]
  if (parameters === undefined) return undefined
  const found = Object.fromEntries(
    Array.from(parameters.matchAll(/(\w+)="([^"]*)"/gu), ([, name = '', value = '']) => [name.toLowerCase(), value]),
  )
  const { realm, service, scope } = found
  if (realm === undefined) return undefined
  return { realm, ...(service === undefined ? {} : { service }), ...(scope === undefined ? {} : { scope }) }
}

function tokenIn(text: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer !== 'object' || answer === null) return undefined
    const { token, access_token: other } = answer as Readonly<Record<string, unknown>>
    const found = token ?? other
    return typeof found === 'string' && /^[!-~]+$/u.test(found) ? found : undefined
  } catch {
    return undefined
  }
}

async function refusalOf(image: ImageReference, { status, body }: Response): Promise<CliError> {
  await body?.cancel()
  if (status === 401 || status === 403) return forbidden(image)
  if (status === 404) return notFound(image)
  if (status === 429) {
    return new CliError('Unreachable', `The registry ${image.registry} was asked too often from here.`, {
      hints: ['Wait a while, or write the digest of the image as app.checksum: then its answer is not needed.'],
    })
  }
  return new CliError('Unreachable', `The registry ${image.registry} fails with ${status}.`, {
    hints: ['Try again later, or write the digest of the image as app.checksum: then its answer is not needed.'],
  })
}

/** Registries do not tell whether the tag is missing or all of the image. */
function notFound(image: ImageReference): CliError {
  const { registry, repository, tag, digest } = image
  const what = tag === undefined ? `digest sha256:${(digest ?? '0x').slice(2)}` : `tag "${tag}"`
  return new CliError('NotFound', `There is no image ${repository} with the ${what} at ${registry}.`, {
    hints: [`Look for a typing error, or push it: docker push ${writeReference(image)}`],
    details: { isMissing: true },
  })
}

function forbidden({ registry, repository }: ImageReference): CliError {
  return new CliError('NotFound', `${registry} gives nobody an image ${repository}: there is none, or it is private.`, {
    hints: ['Look for a typing error, or make the image public: workers pull it as nobody, too.'],
  })
}
