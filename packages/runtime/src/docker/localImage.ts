// Images that are tried on the machine where they are made: they need not be in a registry.
import type { Engine } from '../job.ts'
import type { ImageFacts } from './container.ts'
import { ask } from './faults.ts'
import { completeOptions, connect, type DockerEngineOptions } from './options.ts'
import { runContainer } from './run.ts'

/**
 * An engine for one image that is at hand, whatever its digest. It contains the image as it would any other, and checks nothing:
 * `inspectImage` tells what workers would refuse.
 *
 * @example
 * const { id, volumes } = await inspectImage('my-app', { label: 'test', signal, seconds: 600 })
 * const engine = createLocalImageEngine({ id, volumes }, { label: 'test' })
 */
export function createLocalImageEngine({ id, volumes }: ImageFacts, options: DockerEngineOptions): Engine {
  const docker = connect(options)
  const settings = completeOptions(options)
  const image = { id, volumes }
  return {
    type: 'DOCKER',
    prepare: async () => {
      const { cpus } = await describeMachine(options)
      return {
        run: async (job, folders, runOptions) =>
          runContainer({ docker, settings, cpus, image, job, folders, options: runOptions, alive: new Set() }),
      }
    },
    sweep: async () => undefined,
  }
}

/** The machine of an engine. */
export type EngineMachine = {
  readonly cpus: number
  /** Whether it can put a first process of its own before an app. */
  readonly hasInit: boolean
}

/**
 * What the machine of an engine has.
 *
 * @throws MachineFault when the engine does not answer
 * @example
 * await describeMachine({ label: 'check' }) // { cpus: 4, hasInit: true }
 */
export async function describeMachine(options: DockerEngineOptions): Promise<EngineMachine> {
  const docker = connect(options)
  const info = (await ask(docker, 'describe itself', docker.info())) as EngineInfo
  const init = info.InitCommit?.ID ?? ''
  return { cpus: info.NCPU, hasInit: init !== '' && init !== 'N/A' }
}

type EngineInfo = { readonly NCPU: number; readonly InitCommit?: { readonly ID?: string } }
