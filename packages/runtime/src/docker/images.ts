// Finds images in an engine.
import type Docker from 'dockerode'
import { ask, refusedByEngine, statusOf } from './faults.ts'

/**
 * Returns what an engine knows of an image that is at hand.
 *
 * @param name a reference that was parsed: it becomes part of a path
 * @throws MachineFault when the engine does not answer
 *
 * @example
 * await findImage(docker, 'busybox@sha256:…')
 */
export async function findImage(docker: Docker, name: string): Promise<Docker.ImageInspectInfo | undefined> {
  try {
    return await ask(docker, `look for ${name}`, docker.getImage(name).inspect())
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    if (statusOf(error) !== undefined) throw refusedByEngine(`look for ${name}`, error)
    throw error
  }
}
