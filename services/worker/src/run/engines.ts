// The engines of a worker: WebAssembly always, images when there is a Docker engine.
import { join } from 'node:path'
import { createDockerEngine, createWasmEngine, MachineFault, type Engine } from '@iexec/runtime'
import { sayWhy } from '@iexec/service'

/** Which engines there may be. */
export type EngineOptions = {
  /** The data folder of the worker. */
  readonly folder: string
  readonly gateways: readonly string[]
  readonly allowsPrivateInputs: boolean
  /** Marks the containers of this worker. */
  readonly label: string
  readonly isDockerWanted: boolean
  readonly dockerHost: string | undefined
}

/** The engines, and in a sentence why there is none for images. */
export type FoundEngines = { readonly engines: readonly Engine[]; readonly whyNoDocker: string | undefined }

/**
 * Finds the engines of this machine, and removes what dead runs have left in them.
 *
 * @throws MachineFault when the folder cannot be used
 * @example
 * const { engines, whyNoDocker } = await openEngines({ folder, gateways, allowsPrivateInputs: false, label, … })
 */
export async function openEngines(options: EngineOptions): Promise<FoundEngines> {
  const { folder, gateways, allowsPrivateInputs: allowsPrivate, label, dockerHost, isDockerWanted } = options
  const wasm = createWasmEngine({ folder: join(folder, 'wasm'), gateways, allowsPrivate })
  await wasm.sweep()
  if (!isDockerWanted) return { engines: [wasm], whyNoDocker: 'Docker is switched off.' }
  const docker = createDockerEngine({ label, ...(dockerHost === undefined ? {} : { host: dockerHost }) })
  try {
    await docker.sweep()
    return { engines: [docker, wasm], whyNoDocker: undefined }
  } catch (error) {
    if (!(error instanceof MachineFault)) throw error
    return { engines: [wasm], whyNoDocker: sayWhy(error) }
  }
}
