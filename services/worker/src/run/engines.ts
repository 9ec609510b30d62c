// The engines of a worker: WebAssembly always, images when there is a Docker engine.
import { join } from 'node:path'
import { createDockerEngine, createWasmEngine, whyNoEngine, type Engine, type RegistryLogin } from '@iexec/runtime'
import { pause } from '@iexec/service'
import { sha256, stringToHex, type Address } from 'viem'

/** Which engines there may be. */
export type EngineOptions = {
  /** The data folder of the worker. */
  readonly folder: string
  readonly gateways: readonly string[]
  readonly allowsPrivateInputs: boolean
  /** Whose containers these are. */
  readonly worker: Address
  readonly isDockerWanted: boolean
  readonly dockerHost: string | undefined
  /** Logins of private registries, by their hosts. */
  readonly registries: Readonly<Record<string, RegistryLogin>>
}

/** The engines, and in a sentence why there is none for images. */
export type FoundEngines = { readonly engines: readonly Engine[]; readonly whyNoDocker: string | undefined }

/**
 * Finds the engines of this machine. Nothing is removed: another process may be at work in the folder.
 *
 * @example
 * const { engines, whyNoDocker } = await openEngines({ folder, gateways, allowsPrivateInputs: false, worker, … })
 */
export async function openEngines(options: EngineOptions): Promise<FoundEngines> {
  const { folder, gateways, allowsPrivateInputs: allowsPrivate, worker, dockerHost, registries } = options
  const wasm = createWasmEngine({ folder: join(folder, 'wasm'), gateways, allowsPrivate })
  if (!options.isDockerWanted) return { engines: [wasm], whyNoDocker: 'Docker is switched off.' }
  const whyNoDocker = await whyNoEngine(dockerHost)
  if (whyNoDocker !== undefined) return { engines: [wasm], whyNoDocker }
  const docker = createDockerEngine({ ...hostOf(dockerHost), label: labelOf(worker, folder), registries })
  return { engines: [docker, wasm], whyNoDocker: undefined }
}

/** A machine starts its engine when it likes: it is looked for so often. */
const LOOK_MS = 30_000

/**
 * The engine for images of a machine that had none, as soon as it answers; `undefined` when the signal aborts before.
 *
 * @example
 * const docker = await whenDocker(options, stopped.signal)
 */
export async function whenDocker(options: EngineOptions, signal: AbortSignal): Promise<Engine | undefined> {
  while (!signal.aborted) {
    await pause(LOOK_MS, signal)
    const { engines } = await openEngines(options)
    const docker = engines.find(({ type }) => type === 'DOCKER')
    if (docker !== undefined && !signal.aborted) return docker
  }
  return undefined
}

function hostOf(host: string | undefined): { readonly host?: string } {
  return host === undefined ? {} : { host }
}

/** Two workers of one wallet in two folders must not remove each other's containers. */
function labelOf(worker: Address, folder: string): string {
  return `${worker.toLowerCase()}-${sha256(stringToHex(folder)).slice(2, 10)}`
}
