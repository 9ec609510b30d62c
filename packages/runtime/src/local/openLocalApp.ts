// An app on the machine of whoever makes it: an image that need not be pushed, a module that need not be published.
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Hex } from 'viem'
import type { Ground } from '../check/variations.ts'
import type { TaskFacts } from '../contract/describeRun.ts'
import { inspectImage, type ImageReport } from '../docker/inspect.ts'
import { createLocalImageEngine, describeMachine } from '../docker/localImage.ts'
import type { DockerEngineOptions } from '../docker/options.ts'
import { budgetOf, type Downloaded } from '../inputs/download.ts'
import { FetchFault } from '../inputs/fetchFault.ts'
import { fetchFile, isFileAddress, type FetchOptions } from '../inputs/fetchFile.ts'
import { TaskFault, type Engine, type PrepareOptions } from '../job.ts'
import { createWasmEngine } from '../wasm/index.ts'
import { ModuleCache } from '../wasm/moduleCache.ts'

/** An app that is tried: an image by its reference, or a module by its path, URL or `/ipfs/…` path. */
export type LocalAppSource =
  | { readonly type: 'DOCKER'; readonly image: string }
  | { readonly type: 'WASM'; readonly module: string }

/** How it is opened. */
export type LocalAppOptions = PrepareOptions &
  Pick<FetchOptions, 'gateways' | 'allowsPrivate'> & {
    /** For what has to be kept while it is tried. Not removed here. */
    readonly folder: string
    readonly docker: DockerEngineOptions
    /** libfaketime on the engine's machine; looked for where systems put it, unless told. */
    readonly clockLibrary?: string
  }

/** An app that can be tried. */
export type LocalApp = {
  /** As it would be registered. */
  readonly app: TaskFacts['app']
  readonly engine: Engine
  readonly image?: ImageReport
  /** Why workers would refuse it, one sentence each. */
  readonly refusals: readonly string[]
  /** What is still to do before it can be sold, one sentence each. */
  readonly toDo: readonly string[]
  /** What a check has to know of it. */
  readonly ground: Omit<Ground, 'isOrderVariable' | 'inputs'>
}

const MOST_MODULE_BYTES = 64 * 2 ** 20
const NOT_PUSHED = 'It is in no registry yet: push it, and register the digest that the registry gives it.'

/**
 * Opens an app, and finds out whether workers would take it.
 *
 * @throws TaskFault when it cannot be had; MachineFault when the engine is the reason; what `signal` was aborted with
 * @example
 * const app = await openLocalApp({ type: 'DOCKER', image: 'my-app' }, { folder, docker: { label: 'test' }, … })
 * if (app.refusals.length > 0) console.log(app.refusals)
 */
export async function openLocalApp(source: LocalAppSource, options: LocalAppOptions): Promise<LocalApp> {
  return source.type === 'DOCKER' ? openImage(source.image, options) : openModule(source.module, options)
}

async function openImage(reference: string, options: LocalAppOptions): Promise<LocalApp> {
  const { docker, signal, seconds, onProgress, clockLibrary = findClockLibrary(docker) } = options
  const progress = onProgress === undefined ? {} : { onProgress }
  const image = await inspectImage(reference, { ...docker, signal, seconds, ...progress })
  const machine = await describeMachine(docker)
  const digest = image.digests[0]?.split('@sha256:')[1]
  return {
    app: { type: 'DOCKER', multiaddr: reference, checksum: hashIn(digest ?? image.id) },
    engine: createLocalImageEngine(image, docker),
    image,
    refusals: image.refusals,
    toDo: digest === undefined ? [NOT_PUSHED] : [],
    ground: {
      type: 'DOCKER',
      ...machine,
      clockLibrary,
      clockObstacle: clockObstacleOf(image),
    },
  }
}

function hashIn(id: string): Hex {
  return `0x${id.replace('sha256:', '')}`
}

/**
 * Where Debian, Fedora and builds by hand put libfaketime, on an engine's own machine. The one for several threads comes first.
 *
 * @example
 * findClockLibrary({}) // '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'
 */
export function findClockLibrary({
  host = process.env['DOCKER_HOST'] ?? 'unix:',
}: Pick<DockerEngineOptions, 'host'>): string | undefined {
  // The engine mounts it from its own machine.
  if (!host.startsWith('unix:')) return undefined
  const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
  const folders = [`/usr/lib/${machine}-linux-gnu`, '/usr/lib64', '/usr/lib', '/usr/local/lib']
  const paths = folders.flatMap((folder) =>
    ['MT', ''].map((threads) => `${folder}/faketime/libfaketime${threads}.so.1`),
  )
  return paths.find((path) => existsSync(path))
}

function clockObstacleOf({ program }: ImageReport): string | undefined {
  if (program?.linkage === 'glibc') return undefined
  if (program === undefined) return 'The program that the image starts was not found.'
  if (program.linkage === 'static') return `${program.path} is linked statically, and its clock cannot be set.`
  if (program.linkage === 'musl')
    return `${program.path} is linked with musl, and its clock can be set with glibc only.`
  return `Nobody knows what ${program.path} is linked with, and its clock can be set with glibc only.`
}

async function openModule(module: string, options: LocalAppOptions): Promise<LocalApp> {
  const { folder, gateways, allowsPrivate, signal, seconds } = options
  const house = join(folder, 'wasm')
  const { sha256, bytes } = await takeModule(module, options)
  await new ModuleCache(join(house, 'modules'), 2 * MOST_MODULE_BYTES).write(sha256.slice(2), 'sold', bytes)
  const engine = createWasmEngine({ folder: house, gateways, allowsPrivate })
  const app = { type: 'WASM', url: module, sha256 } as const
  const refusals = await engine.prepare(app, { signal, seconds }).then(
    () => [],
    (error: unknown) => {
      if (error instanceof TaskFault) return [error.message]
      throw error
    },
  )
  return {
    app: { type: 'WASM', multiaddr: module, checksum: sha256 },
    engine,
    refusals,
    toDo: [],
    ground: { type: 'WASM', cpus: 1, hasInit: false },
  }
}

async function takeModule(
  module: string,
  options: LocalAppOptions,
): Promise<Pick<Downloaded, 'sha256'> & { readonly bytes: Buffer }> {
  const { folder, ...rest } = options
  const file = join(folder, 'module.wasm')
  const local = isFileAddress(module) ? undefined : new Map([[module, module]])
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const { sha256 } = await fetchFile({ url: module }, file, { ...rest, local, budget: budgetOf(MOST_MODULE_BYTES) })
    return { sha256, bytes: await readFile(file) }
  } catch (error) {
    if (!(error instanceof FetchFault)) throw error
    throw new TaskFault('APP_IMAGE_DOWNLOAD_FAILED', error.message, { cause: error })
  } finally {
    await rm(file, { force: true })
  }
}
