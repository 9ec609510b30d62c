// The container of a network's registry: found by its label, with as few rights as it needs.
import { realpathSync } from 'node:fs'
import process from 'node:process'
import type { Container, Engine } from './engine.ts'
import { imagesOf } from './note.ts'

/** Says whose a container is: the folder of its network. */
const LABEL = 'iexec.network'
/** Where it listens inside, when it has a network of its own. */
const INNER_PORT = 5_000
const MEMORY = 512 * 2 ** 20

/** What a registry is made of. */
export type RegistryPlan = {
  /** Of the network. */
  readonly folder: string
  /** On this machine. */
  readonly port: number
  readonly image: string
}

/** The containers of a network in an engine, whatever state they are in: it is their label that finds them. */
export async function listOwn({ docker, ask }: Engine, folder: string): Promise<readonly Container[]> {
  const filters = { label: [`${LABEL}=${realpathSync(folder)}`] }
  const own = await ask(docker, 'list containers', docker.listContainers({ all: true, filters }))
  return own.map(({ Id: id }) => docker.getContainer(id))
}

/**
 * Removes the containers of a network from an engine; those of others stay.
 *
 * @returns whether there was one
 */
export async function removeOwn(engine: Engine, folder: string): Promise<boolean> {
  const { docker, ask, statusOf } = engine
  const own = await listOwn(engine, folder)
  for (const container of own) {
    try {
      await ask(docker, 'remove a container', container.remove({ force: true, v: true }))
    } catch (cause) {
      // Somebody else has removed it, or does so right now.
      if (statusOf(cause) !== 404 && statusOf(cause) !== 409) throw cause
    }
  }
  return own.length > 0
}

/** Makes the container of a registry, which is not started yet. */
export async function createRegistry(engine: Engine, { folder, port, image }: RegistryPlan): Promise<Container> {
  const { docker, createContainer } = engine
  const { address, ...reach } = (await hasBridge(engine)) ? publishedAt(port) : onHost(port)
  return createContainer(docker, {
    Image: image,
    User: await userOf(engine),
    Labels: { [LABEL]: realpathSync(folder) },
    Env: [
      `REGISTRY_HTTP_ADDR=${address}`,
      'REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY=/var/lib/registry',
      'OTEL_TRACES_EXPORTER=none',
    ],
    ...('ExposedPorts' in reach ? { ExposedPorts: reach.ExposedPorts } : {}),
    HostConfig: {
      ...reach.HostConfig,
      Mounts: [{ Type: 'bind', Source: imagesOf(folder), Target: '/var/lib/registry', ReadOnly: false }],
      ReadonlyRootfs: true,
      Tmpfs: { '/tmp': 'rw,noexec,nosuid,nodev,size=64m' },
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      CgroupnsMode: 'private',
      PidsLimit: 256,
      Memory: MEMORY,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '2' } },
      // The engine starts it again when it falls over, and gives up on one that cannot listen.
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 5 },
    },
  })
}

/** An engine may have been started without a network for containers. */
async function hasBridge({ docker, ask }: Engine): Promise<boolean> {
  const networks = await ask(docker, 'list networks', docker.listNetworks())
  return networks.some(({ Driver: driver }) => driver === 'bridge')
}

type Reach = {
  readonly address: string
  readonly ExposedPorts?: Record<string, object>
  readonly HostConfig: {
    readonly NetworkMode?: string
    readonly PortBindings?: Record<string, { HostIp: string; HostPort: string }[]>
  }
}

function publishedAt(port: number): Reach {
  const inner = `${INNER_PORT}/tcp`
  return {
    address: `0.0.0.0:${INNER_PORT}`,
    ExposedPorts: { [inner]: {} },
    HostConfig: { PortBindings: { [inner]: [{ HostIp: '127.0.0.1', HostPort: String(port) }] } },
  }
}

function onHost(port: number): Reach {
  return { address: `127.0.0.1:${port}`, HostConfig: { NetworkMode: 'host' } }
}

/** What it writes has to be ours, so that we can remove it. In an engine without root, its root is this user. */
async function userOf({ docker, ask }: Engine): Promise<string> {
  const { SecurityOptions: options = [] } = (await ask(docker, 'describe itself', docker.info())) as {
    readonly SecurityOptions?: readonly string[]
  }
  const isRootless = options.some((option) => option.startsWith('name=rootless'))
  return isRootless ? '0:0' : `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`
}
