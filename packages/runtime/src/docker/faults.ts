// Whose fault it is when the engine says no: the task's, which is voted for, or this machine's, for which nobody votes.
import type Docker from 'dockerode'
import { MachineFault, type FaultKind } from '../job.ts'

/** Longest wait for an answer that needs no download and no app, in milliseconds. Far above what a loaded machine takes. */
const ANSWER_MS = 120_000

/**
 * Returns what the engine answers, within two minutes.
 *
 * @param call what is asked, as the end of the sentence "The Docker Engine … did not …"
 * @throws MachineFault when it cannot be reached or does not answer; the engine's own error, with its `statusCode`, when it refuses
 *
 * @example
 * await ask(docker, 'say its version', docker.version())
 */
export async function ask<T>(docker: Docker, call: string, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new MachineFault(`The Docker Engine at ${addressOf(docker)} did not ${call} within ${ANSWER_MS / 1000} s.`),
      )
    }, ANSWER_MS)
  })
  try {
    return await Promise.race([answer, late])
  } catch (error) {
    if (error instanceof MachineFault || statusOf(error) !== undefined) throw error
    throw unreachable(docker, call, error)
  } finally {
    clearTimeout(timer)
  }
}

/**
 * The engine did not answer at all.
 *
 * @example
 * throw unreachable(docker, 'create a container', error)
 */
export function unreachable(docker: Docker, call: string, cause: unknown): MachineFault {
  return new MachineFault(
    `The Docker Engine at ${addressOf(docker)} did not ${call} (${wordsOf(cause)}): start it, or set DOCKER_HOST to one that runs.`,
    { cause },
  )
}

/**
 * The engine refused something that has nothing to do with the app.
 *
 * @example
 * throw refusedByEngine('start a container', error)
 */
export function refusedByEngine(call: string, cause: unknown): MachineFault {
  return new MachineFault(`The Docker Engine could not ${call}: ${wordsOf(cause)}`, { cause })
}

/**
 * The HTTP status of what the engine refused; `undefined` for errors of any other origin.
 *
 * @example
 * statusOf(error) === 404
 */
export function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  return typeof status === 'number' ? status : undefined
}

/**
 * What an error says, without the library's own frame around it.
 *
 * @example
 * wordsOf(new Error('(HTTP code 404) no such image - manifest unknown ')) // 'manifest unknown'
 */
export function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error)
  return words.replace(/^\(HTTP code \d+\) [^-]* - /u, '').trim()
}

/** What a failed download means: voted for at once, tried again first, or this machine's own. */
export type PullFailure = { readonly kind: FaultKind; readonly isFinal: boolean } | { readonly kind: 'machine' }

const FAILURES: readonly (readonly [RegExp, PullFailure])[] = [
  [/no space left on device|disk quota exceeded|read-only file system/iu, { kind: 'machine' }],
  // Registries count by address and by login: others may still download.
  [/toomanyrequests|rate limit/iu, { kind: 'machine' }],
  // Workers with another processor run it.
  [/no matching manifest|specified platform|cannot be used on this platform/iu, { kind: 'machine' }],
  // The registry gave other bytes under this digest, or something that this engine cannot run.
  [/verification failed|digest mismatch|unexpected commit digest/iu, { kind: 'APP_IMAGE_REFUSED', isFinal: true }],
  [/unsupported media type|encountered remote|unsupported manifest/iu, { kind: 'APP_IMAGE_REFUSED', isFinal: true }],
  [
    /manifest unknown|manifest for .* not found|does not exist|name unknown|denied|unauthorized|authentication required|no basic auth/iu,
    { kind: 'APP_IMAGE_DOWNLOAD_FAILED', isFinal: true },
  ],
]

/**
 * Judges a failed download by the engine's words, which are all that it gives.
 *
 * @example
 * judgePull('manifest unknown: manifest unknown') // { kind: 'APP_IMAGE_DOWNLOAD_FAILED', isFinal: true }
 */
export function judgePull(words: string): PullFailure {
  const known = FAILURES.find(([pattern]) => pattern.test(words))
  return known?.[1] ?? { kind: 'APP_IMAGE_DOWNLOAD_FAILED', isFinal: false }
}

function addressOf({ modem }: Docker): string {
  const { host, port, socketPath } = modem as { host?: unknown; port?: unknown; socketPath?: unknown }
  if (typeof host === 'string') return `${host}:${String(port)}`
  return typeof socketPath === 'string' ? socketPath : 'its usual socket'
}
