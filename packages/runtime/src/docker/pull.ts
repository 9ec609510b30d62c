// Downloads an image by the digest of its manifest, tries again what broke off, and says how far it is.
import { setTimeout as pause } from 'node:timers/promises'
import type Docker from 'dockerode'
import { MachineFault, TaskFault, type PrepareOptions } from '../job.ts'
import { timerMs } from '../timer.ts'
import { ask, judgePull, refusedByEngine, statusOf, unreachable, wordsOf } from './faults.ts'
import { readJsonLines } from './jsonLines.ts'
import type { RegistryLogin, Settings } from './options.ts'
import { newProgress, type PullEvent } from './progress.ts'
import type { Reference } from './reference.ts'

/** An image that is wanted: its reference, and the digest that is registered for it. Without one its tag decides. */
export type Wanted = { readonly reference: Reference; /** `sha256:` and 64 hex digits. */ readonly digest?: string }

/**
 * The name by which an engine knows an image.
 *
 * @example
 * nameOf({ reference, digest: 'sha256:…' }) // 'registry.example/owner/app@sha256:…'
 */
export function nameOf({ reference: { name, tag = 'latest' }, digest }: Wanted): string {
  return digest === undefined ? `${name}:${tag}` : `${name}@${digest}`
}

/** What a download needs to know. */
export type PullContext = { readonly docker: Docker; readonly settings: Settings; readonly options: PrepareOptions }

/**
 * Downloads an image, by its digest when one is known.
 *
 * @throws TaskFault when it cannot be had after all tries or in time, or is not what is registered; MachineFault when the engine
 * or its disk is the reason; the signal's own reason when that ends it
 *
 * @example
 * await pull({ reference, digest: 'sha256:…' }, { docker, settings, options })
 */
export async function pull(wanted: Wanted, context: PullContext): Promise<void> {
  const { settings, options } = context
  const timeout = AbortSignal.timeout(timerMs(options.seconds))
  const signal = AbortSignal.any([options.signal, timeout])
  try {
    for (let attempt = 1; ; attempt += 1) {
      const words = await tryPull(wanted, { ...context, options: { ...options, signal } })
      if (words === undefined) return
      const failure = judgePull(words)
      if (failure.kind === 'machine') throw refusedByEngine(`download ${wanted.reference.name}`, words)
      if (failure.kind === 'APP_IMAGE_REFUSED') throw refusedImage(wanted, words)
      if (failure.isFinal) throw await missing(wanted, { context, words })
      if (attempt >= settings.pullAttempts) throw notDownloaded(wanted, `after ${attempt} tries: ${words}`)
      await pause(settings.retryMs * 2 ** (attempt - 1), undefined, { signal })
    }
  } catch (error) {
    if (error instanceof TaskFault || error instanceof MachineFault) throw error
    options.signal.throwIfAborted()
    if (timeout.aborted) throw notDownloaded(wanted, `within ${options.seconds} s.`)
    throw error
  }
}

/** Returns what went wrong in the words of the registry or the engine, `undefined` when nothing did. */
async function tryPull({ reference, digest }: Wanted, context: PullContext): Promise<string | undefined> {
  const { docker, settings, options } = context
  const progress = newProgress()
  try {
    const stream = await docker.createImage(loginFor(reference, settings), {
      fromImage: reference.name,
      tag: digest ?? reference.tag ?? 'latest',
      abortSignal: options.signal,
    })
    for await (const event of readJsonLines<PullEvent>(stream)) {
      if (event.error !== undefined) return event.error
      const now = progress.add(event)
      if ((now.totalBytes ?? 0) > settings.maxImageBytes) throw tooLarge(reference, now.totalBytes ?? 0, settings)
      options.onProgress?.(now)
    }
    return undefined
  } catch (error) {
    if (error instanceof TaskFault || options.signal.aborted) throw error
    // A refusal with a status comes from the registry through the engine; anything else is the engine's own silence.
    if (statusOf(error) !== undefined) return wordsOf(error)
    throw unreachable(docker, `download ${reference.name}`, error)
  }
}

/** Says whether the registry has the image under its name at all: another digest there is a mismatch, and told with both. */
async function missing(
  wanted: Wanted,
  { context, words }: { readonly context: PullContext; readonly words: string },
): Promise<TaskFault> {
  const { docker, settings } = context
  const { reference, digest } = wanted
  const tagged = nameOf({ reference })
  if (digest === undefined) return notDownloaded(wanted, `: ${words}`)
  try {
    const authconfig = loginFor(reference, settings)
    const found = await ask(
      docker,
      `ask for the digest of ${tagged}`,
      docker.getImage(tagged).distribution(authconfig === undefined ? {} : { authconfig }),
    )
    return refused(
      `${tagged} has the digest ${found.Descriptor.digest}, and ${digest} is registered, which its registry does not have.`,
    )
  } catch (error) {
    if (error instanceof MachineFault) throw error
    return notDownloaded(wanted, `: ${words}`)
  }
}

/** What the engine is sent to log in at the registry of an image. */
function loginFor({ registry }: Reference, { registries }: Settings): Docker.AuthConfigObject | undefined {
  const login: RegistryLogin | undefined = registries[registry]
  if (login === undefined) return undefined
  const serveraddress = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry
  if ('identityToken' in login) return { identitytoken: login.identityToken, serveraddress }
  return { username: login.username, password: login.password, serveraddress }
}

/**
 * The refusal of an image.
 *
 * @example
 * throw refused('The reference names the digest sha256:12, and sha256:34 is registered.')
 */
export function refused(message: string): TaskFault {
  return new TaskFault('APP_IMAGE_REFUSED', message)
}

/**
 * The refusal of an image for its size.
 *
 * @example
 * throw tooLarge(reference, 3e10, settings)
 */
export function tooLarge({ name }: Reference, bytes: number, { maxImageBytes }: Settings): TaskFault {
  return refused(`The image ${name} has ${bytes} bytes, and at most ${maxImageBytes} are taken.`)
}

function refusedImage(wanted: Wanted, words: string): TaskFault {
  return refused(`What the registry has for ${nameOf(wanted)} is refused: ${words}`)
}

function notDownloaded(wanted: Wanted, how: string): TaskFault {
  const gap = how.startsWith(':') ? '' : ' '
  return new TaskFault('APP_IMAGE_DOWNLOAD_FAILED', `The image ${nameOf(wanted)} could not be downloaded${gap}${how}`)
}
