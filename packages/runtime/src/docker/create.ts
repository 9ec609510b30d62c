// Makes containers.
import type Docker from 'dockerode'
import type { ContainerSettings } from './container.ts'
import { ask } from './faults.ts'

/**
 * Makes a container, which is not started yet.
 *
 * @throws MachineFault when the engine does not answer; its own error, with a `statusCode`, when it refuses
 *
 * @example
 * const container = await createContainer(docker, confine(image, settings, 2 ** 30))
 */
export async function createContainer(docker: Docker, settings: ContainerSettings): Promise<Docker.Container> {
  // Otherwise the library writes all of it into the URL, too: what an app gets would stand in logs of proxies, and many arguments
  // would be too long for a URL.
  const request: object = { _query: {}, _body: settings }
  return ask(docker, 'create a container', docker.createContainer(request))
}
