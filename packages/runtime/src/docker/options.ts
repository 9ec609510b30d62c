// Which Docker Engine runs the apps, and what the owner of this machine decides about it.
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import Docker from 'dockerode'
import { findSocket } from './sockets.ts'

/** A login to one registry: a name and a password, or the identity token of `docker login`. Never logged. */
export type RegistryLogin =
  | { readonly username: string; readonly password: string }
  | { readonly identityToken: string }

/** What the owner of this machine decides. */
export type DockerEngineOptions = {
  /**
   * Where the engine listens, in the words of DOCKER_HOST:
   * - `unix:///var/run/docker.sock`: an engine of this machine, also Podman's;
   * - `tcp://host:2375`: another one in clear text, only ever inside a network of one's own;
   * - `tcp://host:2376` with `certificates`: another one over TLS, which knows its clients.
   *
   * Without it the environment decides as for the `docker` command: DOCKER_HOST, DOCKER_CERT_PATH, DOCKER_TLS_VERIFY, else the
   * first socket of this machine that is there: Docker's, Docker Desktop's, Podman's. An engine elsewhere must see the folders of runs under the same paths.
   */
  readonly host?: string
  /** Folder with `ca.pem`, `cert.pem` and `key.pem`, as in DOCKER_CERT_PATH. */
  readonly certificates?: string
  /** Marks the containers of this worker, so that `sweep` removes its own and nobody else's: an address, for instance. */
  readonly label: string
  /** Logins by the host of a registry as it stands in references: `ghcr.io`, `registry.example:5000`; Docker Hub is `docker.io`. */
  readonly registries?: Readonly<Record<string, RegistryLogin>>
  /**
   * Largest image, unpacked, in bytes; 20 GiB unless told. Larger ones are refused, and a refusal is a vote: workers of one
   * pool should agree on it.
   */
  readonly maxImageBytes?: number
  /** How often a download is tried that broke off; 3 unless told. */
  readonly pullAttempts?: number
  /** Pause before the second try, doubled for each further one, in milliseconds; 1,000 unless told. */
  readonly retryMs?: number
  /** Docker network of the apps that may reach the internet; `bridge` unless told. */
  readonly network?: string
  /**
   * `uid:gid` of the apps. Unless told it is 65534:65534 when this process is root, else this process's own: only so can it
   * read and remove what an app writes. Root is refused.
   */
  readonly user?: string
  /** Free bytes of the disk of the runs below which nothing starts and what runs is stopped; 256 MiB unless told. */
  readonly reserveBytes?: number
}

/** The options with everything that was not told. */
export type Settings = Required<Omit<DockerEngineOptions, 'host' | 'certificates'>>

/**
 * Fills in what was not told.
 *
 * @throws TypeError when the apps would run as root
 *
 * @example
 * completeOptions({ label: '0x…' }).maxImageBytes // 21474836480
 */
export function completeOptions(options: DockerEngineOptions): Settings {
  const settings = {
    registries: {},
    maxImageBytes: 20 * 2 ** 30,
    pullAttempts: 3,
    retryMs: 1000,
    network: 'bridge',
    user: userOfApps(),
    reserveBytes: 256 * 2 ** 20,
    ...options,
  }
  if (!/^[1-9]\d*:\d+$/u.test(settings.user)) {
    throw new TypeError(
      `Apps run as uid:gid of a user that is not root, and "${settings.user}" is none, such as 65534:65534.`,
    )
  }
  return settings
}

/** `nobody` for root, else this process itself: the only user whose files it can remove. */
function userOfApps(): string {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  return uid === 0 ? '65534:65534' : `${uid}:${gid}`
}

/**
 * Opens the way to an engine; nothing is sent before the first call.
 *
 * @throws TypeError when the host is no address; Error when its certificates cannot be read
 *
 * @example
 * await connect({ host: 'unix:///var/run/docker.sock' }).ping()
 */
export function connect({ host, certificates }: Pick<DockerEngineOptions, 'host' | 'certificates'>): Docker {
  if (host === undefined) return connectToUsual()
  const url = URL.parse(host)
  if (url?.protocol === 'unix:') return new Docker(only({ socketPath: url.pathname }))
  if (url === null || !['tcp:', 'http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new TypeError(
      `"${host}" is no address of a Docker Engine, such as unix:///var/run/docker.sock or tcp://host:2376.`,
    )
  }
  const tls = certificates === undefined ? {} : readCertificates(certificates)
  const protocol = certificates !== undefined || url.protocol === 'https:' ? 'https' : 'http'
  return new Docker(only({ protocol, host: url.hostname, port: url.port === '' ? '2375' : url.port, ...tls }))
}

function connectToUsual(): Docker {
  const isTold = (process.env['DOCKER_HOST'] ?? '') !== ''
  return isTold ? new Docker() : new Docker(only({ socketPath: findSocket(homedir(), process.env) }))
}

function readCertificates(folder: string): Docker.DockerOptions {
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((file) => readFileSync(join(folder, file), 'utf8'))
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
}

/** The library would mix in what the environment says about another engine. */
function only(options: Docker.DockerOptions): Docker.DockerOptions {
  const nothing = {
    host: undefined,
    socketPath: undefined,
    port: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
  }
  return Object.assign({}, nothing, options)
}
