// Whether a container engine answers at all.
import process from 'node:process'
import { MachineFault } from '../job.ts'
import { createDockerEngine } from './index.ts'
import type { DockerEngineOptions } from './options.ts'

/**
 * Why images cannot be run, in a sentence; `undefined` when an engine answers.
 *
 * @param host as in `DockerEngineOptions`
 * @throws Error when it cannot be told
 *
 * @example
 * await whyNoEngine('unix:///nowhere') // 'The Docker Engine …'
 */
export async function whyNoEngine(host: DockerEngineOptions['host'] | undefined): Promise<string | undefined> {
  const options = host === undefined ? {} : { host }
  try {
    // Asks for containers of nobody, and so removes none.
    await createDockerEngine({ ...options, label: `nobody-${process.pid}` }).sweep()
    return undefined
  } catch (error) {
    if (error instanceof MachineFault || error instanceof TypeError) return error.message
    throw error
  }
}
