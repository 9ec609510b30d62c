// A real registry of images (Debian's docker-registry) on a free port, and images that are pushed to it by its HTTP API.
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createHash, randomUUID, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

/** Whether the registry is installed. In CI it must be: there, tests that need it fail instead of being skipped. */
export const hasRegistry: boolean =
  process.env['CI'] !== undefined || spawnSync('docker-registry', ['--version']).status === 0

/** How tests that need it are called when it is missing. */
export const REGISTRY_WORDS: string = hasRegistry
  ? 'with a registry'
  : 'SKIPPED without a registry (apt-get install docker-registry openssl)'

/** A registry. */
export type TestRegistry = {
  /** `127.0.0.1:PORT`, as it stands before the name of an image. */
  readonly host: string
  /** Pushes an image for one platform, and returns the digest of its manifest: 0x and 64 hex digits. */
  readonly pushImage: (repository: string, tag: string, platform?: string) => Promise<string>
  /** Pushes an index of images, and returns its digest. */
  readonly pushIndex: (repository: string, tag: string, platforms: readonly string[]) => Promise<string>
  /** Puts any document under a tag. */
  readonly pushManifest: (repository: string, tag: string, manifest: Manifest) => Promise<string>
  /** How often a token was asked for. */
  readonly tokensGiven: () => number
  readonly stop: () => Promise<void>
}

/** A document of the registry, and what it says that it is. */
export type Manifest = { readonly mediaType: string; readonly [key: string]: unknown }

/** `token`: everybody needs a token, and nobody gets one for what begins with `private/`. `password`: a login of the old kind. */
export type RegistryOptions = { readonly login?: 'none' | 'token' | 'password' }

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const INDEX = 'application/vnd.oci.image.index.v1+json'

/**
 * Starts a registry.
 *
 * @example
 * const registry = await startRegistry()
 * await registry.pushImage('me/app', '1.0')
 * await registry.stop()
 */
export async function startRegistry({ login = 'none' }: RegistryOptions = {}): Promise<TestRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-registry-'))
  const tokens = login === 'token' ? await startTokens(folder) : undefined
  const config = join(folder, 'config.json')
  writeFileSync(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: 'info' },
      storage: { filesystem: { rootdirectory: join(folder, 'images') } },
      http: { addr: '127.0.0.1:0', secret: 'of this test' },
      ...(tokens === undefined ? {} : { auth: { token: tokens.config } }),
      ...(login === 'password' ? { auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } } } : {}),
    }),
  )
  const child = spawn('docker-registry', ['serve', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  const host = await listening(child)
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve()
    })
  })
  return {
    ...pushTo(host, tokens),
    host,
    tokensGiven: () => tokens?.given() ?? 0,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      tokens?.server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function listening(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
    const host = /listening on (127\.0\.0\.1:\d+)/u.exec(said)?.[1]
    if (host !== undefined) resolve(host)
  })
  child.once('error', reject)
  child.once('close', (code) => {
    reject(new Error(`docker-registry ended (${code}) before it listened:\n${said}`))
  })
  return promise
}

type Pushing = Pick<TestRegistry, 'pushImage' | 'pushIndex' | 'pushManifest'>

function pushTo(host: string, tokens: Tokens | undefined): Pushing {
  const send = async (repository: string, url: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers)
    if (tokens !== undefined) headers.set('authorization', `Bearer ${tokens.issue(repository, ['pull', 'push'])}`)
    const response = await fetch(url, { ...init, headers })
    if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
    return response
  }
  const pushBlob = async (repository: string, content: string): Promise<Blob> => {
    const digest = digestOf(content)
    const opened = await send(repository, `http://${host}/v2/${repository}/blobs/uploads/`, { method: 'POST' })
    const place = new URL(opened.headers.get('location') ?? '', `http://${host}`)
    place.searchParams.set('digest', digest)
    await send(repository, place.href, { method: 'PUT', body: content })
    return { digest, size: Buffer.byteLength(content) }
  }
  const putManifest = async (repository: string, name: string | undefined, manifest: Manifest): Promise<Blob> => {
    const body = JSON.stringify(manifest)
    const headers = { 'content-type': manifest.mediaType }
    const digest = digestOf(body)
    await send(repository, `http://${host}/v2/${repository}/manifests/${name ?? digest}`, {
      method: 'PUT',
      headers,
      body,
    })
    return { digest, size: Buffer.byteLength(body) }
  }
  const buildImage = async (repository: string, platform: string): Promise<Manifest> => {
    const [os, architecture, variant] = platform.split('/')
    const config = await pushBlob(repository, JSON.stringify({ os, architecture, variant, id: randomUUID() }))
    const layer = await pushBlob(repository, `a layer ${randomUUID()}`)
    return {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer }],
    }
  }
  const pushManifest: TestRegistry['pushManifest'] = async (repository, tag, manifest) =>
    asHex(await putManifest(repository, tag, manifest))
  return {
    pushManifest,
    pushImage: async (repository, tag, platform = 'linux/amd64') =>
      pushManifest(repository, tag, await buildImage(repository, platform)),
    pushIndex: async (repository, tag, platforms) => {
      const manifests = []
      for (const platform of platforms) {
        const [os, architecture, variant] = platform.split('/')
        const image = await putManifest(repository, undefined, await buildImage(repository, platform))
        manifests.push({ mediaType: MANIFEST, ...image, platform: { os, architecture, variant } })
      }
      return pushManifest(repository, tag, { schemaVersion: 2, mediaType: INDEX, manifests })
    },
  }
}

type Blob = { readonly digest: string; readonly size: number }

function digestOf(content: string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}

function asHex({ digest }: Blob): string {
  return digest.replace('sha256:', '0x')
}

type Tokens = {
  readonly server: Server
  readonly config: object
  readonly issue: (repository: string, actions: readonly string[]) => string
  readonly given: () => number
}

/** A server of tokens, as Docker Hub has one: https://distribution.github.io/distribution/spec/auth/jwt/ */
async function startTokens(folder: string): Promise<Tokens> {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=tokens']
  execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
  const chain = readFileSync(certificate, 'utf8').replaceAll(/-----[A-Z ]+-----|\s/gu, '')
  const issue: Tokens['issue'] = (name, actions) => {
    const now = Math.floor(Date.now() / 1000)
    const times = { exp: now + 600, nbf: now - 60, iat: now, jti: randomUUID() }
    const access = [{ type: 'repository', name, actions }]
    const parts = [
      { typ: 'JWT', alg: 'ES256', x5c: [chain] },
      { iss: 'tokens', sub: '', aud: 'images', ...times, access },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    const signature = sign('sha256', Buffer.from(parts.join('.')), {
      key: readFileSync(key),
      dsaEncoding: 'ieee-p1363',
    })
    return [...parts, signature.toString('base64url')].join('.')
  }
  let given = 0
  const server = createServer((request, response) => {
    given += 1
    const [, repository = '', actions = ''] =
      new URL(request.url ?? '', 'http://localhost').searchParams.get('scope')?.split(':') ?? []
    const isPrivate = repository.startsWith('private/')
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ token: issue(repository, isPrivate ? [] : actions.split(',')) }))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const realm = `http://127.0.0.1:${port}/token`
  return {
    server,
    issue,
    given: () => given,
    config: { realm, service: 'images', issuer: 'tokens', rootcertbundle: certificate },
  }
}
