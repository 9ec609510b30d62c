// One run of a container: started, listened to, watched, stopped at its limits, and removed whatever happens.
import { finished } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type Docker from 'dockerode'
import { MachineFault, type Ending, type Job, type Ran, type RunFolders, type RunOptions } from '../job.ts'
import { describeContainer, type ImageFacts } from './container.ts'
import { timerMs } from '../timer.ts'
import { createContainer } from './create.ts'
import { ask, refusedByEngine, statusOf, unreachable, wordsOf } from './faults.ts'
import { flattenFolders, openFolders, reopenFolders } from './folders.ts'
import { readLogs, type LogReader } from './logs.ts'
import type { Settings } from './options.ts'
import { addToQuota, freeBytes, measure, watchOutput, type Quota } from './quota.ts'
import { vary } from './vary.ts'
import { callWitness, type Witness } from './witness.ts'

/** A run, and the engine in which it takes place. */
export type Run = {
  readonly docker: Docker
  readonly settings: Settings
  readonly cpus: number
  readonly image: ImageFacts
  readonly job: Job
  readonly folders: RunFolders
  readonly options: RunOptions
  /** Ids of containers that this process runs now: nobody else may remove them. */
  readonly alive: Set<string>
}

/** Longest wait for the end of a container that was killed, and for its last words, in milliseconds. */
const END_MS = 30_000
const NOTHING_SAID = { text: '', isCut: false }

/**
 * Runs a container to its end.
 *
 * An app is not stopped for talking too much: what exceeds its limit is dropped as it comes. It is stopped at its time limit,
 * when it has written more than it may, and when the signal says so.
 *
 * @throws MachineFault when this machine or its engine is the reason that it could not run to its end
 *
 * @example
 * const { ending, stdout } = await runContainer(run)
 */
export async function runContainer(run: Run): Promise<Ran> {
  const { docker, folders, job, settings, options, alive } = run
  if (options.signal.aborted) return ranNothing({ kind: 'aborted' })
  const free = await freeBytes(folders.output)
  if (free < settings.reserveBytes) {
    throw new MachineFault(
      `The disk of the runs has ${free} free bytes, and ${settings.reserveBytes} are kept in reserve.`,
    )
  }
  const unable = findImpossible(job)
  if (unable !== undefined) return neverRan(unable, 126)
  await openFolders(folders, settings.user)
  const before = await measure([folders.output, folders.legacy], { outputBytes: Infinity, outputFiles: Infinity })
  if (before === 'too-much')
    throw new MachineFault(`The folder ${folders.legacy} cannot be read: a path in it is too long.`)
  const quota = addToQuota(job.limits, before)
  const container = await create(run)
  if (!('id' in container)) return container
  alive.add(container.id)
  try {
    return await live(container, { ...run, quota })
  } catch (error) {
    throw statusOf(error) === undefined ? error : refusedByEngine('run a container', error)
  } finally {
    await remove(docker, container)
    alive.delete(container.id)
    await reopenFolders(folders)
  }
}

type Living = Run & { readonly quota: Quota }

async function create(run: Run): Promise<Docker.Container | Ran> {
  const { docker } = run
  try {
    return await createContainer(docker, vary(describeContainer(run), run.options.variation))
  } catch (error) {
    if (/no command specified/iu.test(wordsOf(error)))
      return neverRan('The image has no command, and the task gives none.', 127)
    if (statusOf(error) !== undefined) throw refusedByEngine('create a container', error)
    throw error
  }
}

async function live(container: Docker.Container, run: Living): Promise<Ran> {
  const { docker, job, options } = run
  const logs = readLogs(job.limits.logBytes, options.onLog)
  const [{ silence }, witness] = await Promise.all([listen(docker, container, logs), callWitness(docker, container)])
  try {
    const failed = await start(docker, container)
    if (failed !== undefined) return failed
    const stopped = await supervise(container, run)
    // Its last words are on the way when it ends.
    await Promise.race([silence, pause(END_MS, undefined, { ref: false })])
    return { ...(await findEnd(container, { ...run, stopped, witness })), ...logs.read() }
  } finally {
    witness.close()
  }
}

/** Returns how it ended when it cannot even be started. */
async function start(docker: Docker, container: Docker.Container): Promise<Ran | undefined> {
  try {
    await ask(docker, 'start a container', container.start())
    return undefined
  } catch (error) {
    if (statusOf(error) === undefined) throw error
    return neverRan(wordsOf(error), await findStartFault(docker, container, error))
  }
}

type Ended = Living & { readonly stopped: Stop | undefined; readonly witness: Witness }

async function findEnd(container: Docker.Container, run: Ended): Promise<Pick<Ran, 'ending' | 'milliseconds'>> {
  const { docker, folders, quota, stopped, witness } = run
  const { State } = await ask(docker, 'inspect a container', container.inspect())
  if (stopped === undefined && (await witness.sawSignal(State.ExitCode))) {
    throw new MachineFault('Somebody else of this machine stopped the container of a task, or its engine.')
  }
  const isTooMuch = (await measure([folders.output, folders.legacy], quota)) === 'too-much'
  if (isTooMuch) await flattenFolders(folders)
  return {
    ending: tellEnding({ stopped, isTooMuch, exitCode: State.ExitCode }),
    // The engine notes the start when it hears of it, which may be after the end of a short app.
    milliseconds: Math.max(0, Date.parse(State.FinishedAt) - Date.parse(State.StartedAt)),
  }
}

/** Attaches before the start, so that no word is lost. */
async function listen(
  docker: Docker,
  container: Docker.Container,
  logs: LogReader,
): Promise<{ /** When the app has said its last. */ readonly silence: Promise<void> }> {
  const options = { stream: true, stdout: true, stderr: true }
  const stream = await ask(docker, 'attach to a container', container.attach(options))
  stream.on('data', logs.push)
  // A connection that breaks takes the rest of the logs with it, and how the app ended is known from elsewhere.
  return { silence: finished(stream, { writable: false }).catch(() => undefined) }
}

/** Why an app did not come to its own end. */
type Stop = 'timeout' | 'aborted' | 'disk-full' | 'machine-full'

/** Waits for the end of a container that runs, and stops it at its limits. */
async function supervise(container: Docker.Container, run: Living): Promise<Stop | undefined> {
  const { docker, job, options, settings, folders, quota } = run
  const ended = new AbortController()
  const failed = Promise.withResolvers<never>()
  let stop: Stop | undefined
  let killing: Promise<void> | undefined
  const halt = (why: Stop): void => {
    if (killing !== undefined || ended.signal.aborted) return
    stop = why
    killing = stopAs(why).catch(failed.reject)
  }
  const stopAs = async (why: Stop): Promise<void> => {
    const hadEnded = await kill(docker, container, ended.signal)
    // It came to its own end at this very moment.
    if (hadEnded && (why === 'timeout' || why === 'machine-full')) stop = undefined
  }
  const abort = (): void => {
    halt('aborted')
  }
  const timer = setTimeout(halt, timerMs(job.limits.seconds), 'timeout')
  options.signal.addEventListener('abort', abort)
  if (options.signal.aborted) abort()
  const watch = async (): Promise<void> => {
    const found = await watchOutput({ folders, quota, reserveBytes: settings.reserveBytes, signal: ended.signal })
    if (found !== 'ended') halt(found)
  }
  const watched = watch().catch((error: unknown) => {
    failed.reject(new MachineFault(`What an app has written cannot be counted: ${wordsOf(error)}`, { cause: error }))
  })
  try {
    await Promise.race([waitFor(docker, container), failed.promise])
  } finally {
    ended.abort()
    clearTimeout(timer)
    options.signal.removeEventListener('abort', abort)
    await Promise.all([watched, killing])
  }
  return stop
}

/** Has no time limit of its own: a timer stops the container. */
async function waitFor(docker: Docker, container: Docker.Container): Promise<void> {
  try {
    await container.wait()
  } catch (error) {
    throw statusOf(error) === undefined ? unreachable(docker, 'say how a container ended', error) : error
  }
}

/**
 * Kills a container, and returns whether it had ended already.
 *
 * @param ended aborted when it has ended
 * @throws MachineFault when it does not die
 */
async function kill(docker: Docker, container: Docker.Container, ended: AbortSignal): Promise<boolean> {
  try {
    await ask(docker, 'kill a container', container.kill({ signal: 'SIGKILL' }))
  } catch (error) {
    if (statusOf(error) === 409 || statusOf(error) === 404) return true
    throw error
  }
  await pause(END_MS, undefined, { signal: ended }).then(
    () => {
      throw new MachineFault(`A container that was killed has not ended within ${END_MS / 1000} s.`)
    },
    () => undefined,
  )
  return false
}

/** Exit code of whatever was killed. Of the first process of a container, nothing inside can do that. */
const KILLED = 137

type Evidence = {
  readonly stopped: Stop | undefined
  readonly isTooMuch: boolean
  readonly exitCode: number
}

/**
 * The engine's own flag for want of memory does not count: it is also set when another process of an app was killed and the app
 * went on, and it is unset when the news of the end overtakes that of the reason, which happens on busy machines. Who else kills
 * a container is known. An app that exits with 137 by itself is told in the same way: what matters is that all workers tell the
 * same, because they vote for it.
 */
function tellEnding({ stopped, isTooMuch, exitCode }: Evidence): Ending {
  if (stopped === 'aborted') return { kind: 'aborted' }
  if (isTooMuch || stopped === 'disk-full') return { kind: 'disk-full' }
  if (stopped === 'machine-full') {
    throw new MachineFault(
      'The disk of the runs has reached its reserve, and this app has written no more than it may.',
    )
  }
  if (stopped === 'timeout') return { kind: 'timeout' }
  return exitCode === KILLED ? { kind: 'out-of-memory' } : { kind: 'exited', exitCode }
}

/** Exit codes of the shell, which engines use, too: cannot be executed, not found. */
const START_FAULTS: readonly number[] = [126, 127]

/** Returns the exit code of an app whose command cannot be started; it is the same on every machine. */
async function findStartFault(docker: Docker, container: Docker.Container, error: unknown): Promise<number> {
  const { State } = await ask(docker, 'inspect a container', container.inspect())
  const isCommand = /exec|chdir|argument list too long/iu.test(wordsOf(error))
  if (START_FAULTS.includes(State.ExitCode) && isCommand) return State.ExitCode
  throw refusedByEngine('start a container', error)
}

/** What makes a job impossible on every machine, as one sentence. */
function findImpossible({ args, env }: Job): string | undefined {
  const words = [...args, ...Object.entries(env).flat()]
  return words.some((word) => word.includes('\0'))
    ? 'A zero byte stands in an argument, where no program can receive it.'
    : undefined
}

function neverRan(words: string, exitCode: number): Ran {
  return { ...ranNothing({ kind: 'exited', exitCode }), stderr: { text: `${words}\n`, isCut: false } }
}

function ranNothing(ending: Ending): Ran {
  return { ending, stdout: NOTHING_SAID, stderr: NOTHING_SAID, milliseconds: 0 }
}

/** What cannot be removed now is removed by the next sweep. */
async function remove(docker: Docker, container: Docker.Container): Promise<void> {
  await ask(docker, 'remove a container', container.remove({ force: true, v: true })).catch(() => undefined)
}
