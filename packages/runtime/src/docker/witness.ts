// Who ended a container: its exit code does not tell whether somebody of this machine stopped it, or the engine itself on its
// way down. Such an end is nobody's result, even when the app ended well.
import { setTimeout as pause } from 'node:timers/promises'
import type { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { MachineFault } from '../job.ts'
import { ask } from './faults.ts'
import { readJsonLines } from './jsonLines.ts'

/** Listens to what happens to one container. */
export type Witness = {
  /**
   * Whether somebody sent it a signal.
   *
   * @param exitCode with which it ended
   * @throws MachineFault when the engine went silent before it told the end
   */
  readonly sawSignal: (exitCode: number) => Promise<boolean>
  readonly close: () => void
}

/** Longest wait for the news of an end that is known already; engines that do not tell it are believed without. */
const NEWS_MS = 2000
/** The engine notes a signal when it has sent it, which can be after the end that it brought. */
const LATE_NEWS_MS = 250
/** Exit codes after SIGKILL and SIGTERM. */
const SIGNALLED: readonly number[] = [137, 143]

/**
 * Listens from now on to what happens to a container.
 *
 * @throws MachineFault when the engine does not answer
 *
 * @example
 * const witness = await callWitness(docker, container)
 */
export async function callWitness(docker: Docker, { id }: Docker.Container): Promise<Witness> {
  const filters = { container: [id], event: ['kill', 'die'] }
  const stream = (await ask(docker, 'tell its events', docker.getEvents({ filters }))) as Readable
  const died = Promise.withResolvers<undefined>()
  let hasSignal = false
  const listen = async (): Promise<void> => {
    for await (const { Action } of readJsonLines<{ readonly Action?: string }>(stream)) {
      if (Action === 'kill') hasSignal = true
      if (Action === 'die') died.resolve(undefined)
    }
    throw new Error('it closed the connection')
  }
  listen().catch((cause: unknown) => {
    died.reject(new MachineFault('The Docker Engine stopped to tell what happens to a container.', { cause }))
  })
  // Nobody may ask.
  died.promise.catch(() => undefined)
  return {
    sawSignal: async (exitCode) => {
      const enough = new AbortController()
      const patience = pause(NEWS_MS, undefined, { signal: enough.signal }).catch(() => undefined)
      await Promise.race([died.promise, patience]).finally(() => {
        enough.abort()
      })
      if (!hasSignal && SIGNALLED.includes(exitCode)) await pause(LATE_NEWS_MS)
      return hasSignal
    },
    close: () => {
      stream.destroy()
    },
  }
}
