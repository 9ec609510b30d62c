// What a container of an app may do: as little as an engine can grant.
import { posix } from 'node:path'
import type Docker from 'dockerode'
import type { Job, RunFolders } from '../job.ts'
import type { Settings } from './options.ts'

/** Where the folders of a run stand inside. An image that brings one of them is refused. */
export const OUR_FOLDERS: readonly string[] = ['/iexec', '/iexec_in', '/iexec_out']

/** The label by which the containers of a worker are found again. */
export const WORKER_LABEL = 'iexec.worker'

/** What of an image the settings of its containers depend on. */
export type ImageFacts = {
  readonly id: string
  /** Folders that it declares as volumes. */ readonly volumes: readonly string[]
}

type HostConfig = Docker.HostConfig & { readonly CgroupnsMode: 'private' }
/** What is sent to the engine. */
export type ContainerSettings = Omit<Docker.ContainerCreateOptions, 'HostConfig'> & { readonly HostConfig: HostConfig }

/**
 * Settings that hold for every container of an image, whatever it runs: without network, capabilities, devices, new privileges
 * or a place on the disk; the engine's own seccomp profile stays.
 *
 * `/tmp`, and the folders that an image declares as volumes, are held in memory, empty at the start, and count as the app's:
 * each at most half of its memory. The engine's way for volumes would be a place on its disk which nobody counts.
 *
 * @param memoryBytes what the app may use, in bytes
 *
 * @example
 * await createContainer(docker, confine(image, settings, 2 ** 30))
 */
export function confine(image: ImageFacts, { label, user }: Settings, memoryBytes: number): ContainerSettings {
  const [uid, gid] = user.split(':')
  // Some runtimes take the mode from the folder of the image instead, and then it has to be the app's own.
  const rights = `mode=1777,uid=${uid},gid=${gid}`
  const inMemory = `rw,exec,nosuid,nodev,${rights},size=${Math.floor(memoryBytes / 2)}`
  return {
    Image: image.id,
    User: user,
    Labels: { [WORKER_LABEL]: label },
    // The same everywhere, because apps write it into results.
    Hostname: 'iexec',
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Privileged: false,
      IpcMode: 'private',
      CgroupnsMode: 'private',
      // What an app says is read as it comes; a log of the engine would grow on its disk without limit.
      LogConfig: { Type: 'none', Config: {} },
      // When the whole machine has no memory left, an app ends before the worker does.
      OomScoreAdj: 500,
      Tmpfs: Object.fromEntries(['/tmp', ...image.volumes].map((folder) => [posix.resolve('/', folder), inMemory])),
    },
  }
}

/**
 * Settings of the container of one run.
 *
 * @param cpus how many the engine's machine has: it refuses to grant more
 *
 * @example
 * await createContainer(docker, describeContainer({ image, job, folders, settings, cpus: 4 }))
 */
export function describeContainer({ image, job, folders, settings, cpus }: Described): ContainerSettings {
  const { limits } = job
  const confined = confine(image, settings, limits.memoryBytes)
  return {
    ...confined,
    Labels: { ...confined.Labels, 'iexec.task': job.id },
    Env: Object.entries({ HOME: '/tmp', ...job.env }).map(([name, value]) => `${name}=${value}`),
    // An empty list would mean the image's own command, which is the engine's way for no arguments, too.
    ...(job.args.length === 0 ? {} : { Cmd: [...job.args] }),
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      ...confined.HostConfig,
      NetworkMode: job.network ? settings.network : 'none',
      Memory: limits.memoryBytes,
      // The same number means no swap: otherwise an app gets as much again.
      MemorySwap: limits.memoryBytes,
      NanoCpus: Math.round(Math.min(limits.cpus, cpus) * 1e9),
      PidsLimit: limits.pids,
      // Counts as memory, too.
      ShmSize: Math.min(64 * 2 ** 20, Math.floor(limits.memoryBytes / 2)),
      Ulimits: [
        // One more byte than allowed: a file that was cut off is too large, and so is told from one that just fits.
        { Name: 'fsize', Soft: limits.outputBytes + 1, Hard: limits.outputBytes + 1 },
        { Name: 'nofile', Soft: 4096, Hard: 4096 },
        { Name: 'core', Soft: 0, Hard: 0 },
      ],
      Mounts: mountsOf(folders),
    },
  }
}

/** A run, and where it takes place. */
export type Described = {
  readonly image: ImageFacts
  readonly job: Job
  readonly folders: RunFolders
  readonly settings: Settings
  readonly cpus: number
}

function mountsOf({ input, output, legacy }: RunFolders): Docker.MountSettings[] {
  const bind = { Type: 'bind', BindOptions: { Propagation: 'rprivate' } } as const
  return [
    { ...bind, Source: input, Target: '/iexec_in', ReadOnly: true },
    { ...bind, Source: output, Target: '/iexec_out', ReadOnly: false },
    { ...bind, Source: legacy, Target: '/iexec', ReadOnly: false },
  ]
}

/** Below these the system's own file systems are mounted, and below ours a task's. */
const RESERVED = [...OUR_FOLDERS, '/proc', '/sys', '/dev']

/**
 * Returns the first folder that an image declares as a volume where none may be.
 *
 * @example
 * findForbiddenVolume(['/data', '/iexec_in/']) // '/iexec_in/'
 */
export function findForbiddenVolume(volumes: readonly string[]): string | undefined {
  return volumes.find((volume) => {
    const path = posix.join('/', volume, '/')
    return path === '/' || RESERVED.some((folder) => path.startsWith(`${folder}/`))
  })
}
