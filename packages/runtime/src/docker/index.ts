// Runs apps that are images, in any Docker Engine.
import type Docker from 'dockerode'
import { MachineFault, type Engine } from '../job.ts'
import { WORKER_LABEL } from './container.ts'
import { ask, refusedByEngine, statusOf } from './faults.ts'
import { completeOptions, connect, type DockerEngineOptions } from './options.ts'
import { prepareImage } from './prepare.ts'
import { runContainer } from './run.ts'

export type { DockerEngineOptions, RegistryLogin } from './options.ts'

/**
 * Opens an engine for images. Nothing is asked of it before the first call.
 *
 * Images come by the digest of their manifest, and are checked without running them. Containers get no network, no
 * capability, no place to write but their outputs and `/tmp`, and end at their limits; see `DockerEngineOptions` for what the
 * owner of a machine decides.
 *
 * @throws TypeError when an option makes no sense
 *
 * @example
 * const engine = createDockerEngine({ label: worker.address })
 * await engine.sweep()
 * const app = await engine.prepare(job.app, { signal, seconds: 600 })
 * const { ending, stdout } = await app.run(job, folders, { signal })
 */
export function createDockerEngine(options: DockerEngineOptions): Engine {
  const settings = completeOptions(options)
  const docker = connect(options)
  const preparation = { docker, settings, checked: new Set<string>() }
  const alive = new Set<string>()
  let cpus: Promise<number> | undefined
  return {
    type: 'DOCKER',
    prepare: async (app, prepareOptions) => {
      if (app.type !== 'DOCKER') throw new TypeError(`An engine for images runs no app of the type ${app.type}.`)
      prepareOptions.signal.throwIfAborted()
      const image = await prepareImage(app, preparation, prepareOptions)
      return {
        run: async (job, folders, runOptions) => {
          cpus ??= countCpus(docker)
          const count = await cpus.catch((error: unknown) => {
            cpus = undefined
            throw error
          })
          return runContainer({ docker, settings, cpus: count, image, job, folders, options: runOptions, alive })
        },
      }
    },
    sweep: async () => {
      await sweep(docker, settings.label, alive)
    },
  }
}

async function countCpus(docker: Docker): Promise<number> {
  const info = (await ask(docker, 'describe itself', docker.info())) as { readonly NCPU: number }
  return info.NCPU
}

async function sweep(docker: Docker, label: string, alive: ReadonlySet<string>): Promise<void> {
  try {
    const filters = { label: [`${WORKER_LABEL}=${label}`] }
    const found = await ask(docker, 'list containers', docker.listContainers({ all: true, filters }))
    const dead = found.filter(({ Id }) => !alive.has(Id))
    await Promise.all(dead.map(async ({ Id }) => removeDead(docker, Id)))
  } catch (error) {
    if (error instanceof MachineFault) throw error
    throw refusedByEngine('remove old containers', error)
  }
}

async function removeDead(docker: Docker, id: string): Promise<void> {
  try {
    await ask(docker, 'remove a container', docker.getContainer(id).remove({ force: true, v: true }))
  } catch (error) {
    // Somebody else removes it right now, or has.
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error
  }
}
