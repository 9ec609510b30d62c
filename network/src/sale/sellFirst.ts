// `pnpm start`: the whole market on this machine, and the first sale on it before its user's eyes.
import process from 'node:process'
import { IexecError } from '@iexec/sdk'
import { folderOf } from '../command/options.ts'
import { reset } from '../command/reset.ts'
import { createSpeaker, speakEvenIfNobodyHears } from '../command/speak.ts'
import { start } from '../command/start.ts'
import { stop } from '../command/stop.ts'
import { isNetworkFolder } from '../folder/networkFolder.ts'
import { findSupervisor } from '../folder/running.ts'
import { howToStop, readLine, wordsForStart } from './line.ts'
import { sellAll, type Selling } from './sellAll.ts'
import { buildAll } from './shelf.ts'
import { takeTurns } from './takeTurns.ts'

/** As shells count who was ended by Ctrl-C. */
const INTERRUPTED = 130

/**
 * Starts the market unless it runs, sells a picture on it, and leaves it running. Whoever ends this early is told what goes on.
 *
 * @returns the exit code: 0 when the sale came to its end
 * @throws NetworkFault or IexecError when something is in the way; with --json it is told as an event, too
 */
export async function sellFirst(args: readonly string[]): Promise<number> {
  const options = readLine(args)
  const voice = takeTurns(createSpeaker(options.json === true))
  speakEvenIfNobodyHears()
  const signal = watchSignals()
  try {
    return await startAndSell({ folder: folderOf(options), options, voice, signal })
  } catch (error) {
    if (signal.aborted) return INTERRUPTED
    voice.goOn()
    const hints = error instanceof IexecError ? error.hints : []
    if (options.json === true) voice.say('failed', error instanceof Error ? error.message : String(error), { hints })
    throw error
  }
}

/** A second signal changes nothing: the market ends in order. */
function watchSignals(): AbortSignal {
  const leaving = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      leaving.abort()
    })
  }
  return leaving.signal
}

async function startAndSell(selling: Selling): Promise<number> {
  const { folder, options, voice, signal } = selling
  const place = options.dataDir === undefined ? ['--name', options.name] : ['--data-dir', options.dataDir]
  const tell = (sentence: string): void => {
    if (options.json === true) voice.say('market', sentence)
    else console.log(sentence)
  }
  // The app is built while the market starts. Its fault is told when it is needed.
  const shelf = buildAll(options, voice.say)
  // Of a start that failed, nothing but logs may be left.
  if (options.fresh === true && isNetworkFolder(folder)) {
    const exitCode = await reset([...place, '--yes'], tell)
    if (exitCode !== 0) return exitCode
  }
  const isOurs = findSupervisor(folder) === undefined
  if (!isOurs && options.once === true) {
    tell(
      `The market runs already: --once ends only what it starts, so it goes on after the sale. ${howToStop(options)}`,
    )
  }
  signal.throwIfAborted()
  if (isOurs) {
    const exitCode = await start(['--detach', ...place, ...wordsForStart(options)])
    if (exitCode !== 0) return exitCode
  }
  const endsMarket = isOurs && options.once === true
  try {
    await unlessAborted(sellAll(shelf, selling), signal)
  } catch (error) {
    voice.goOn()
    if (signal.aborted)
      tell(
        `\nThe sale was left. ${endsMarket ? 'The market ends.' : `The market goes on. ${howToStop(options)}`}`.trim(),
      )
    throw error
  } finally {
    if (endsMarket) await stop(place, tell)
  }
  return 0
}

/** @throws the signal's reason as soon as it is aborted, whatever the work does */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  work.catch(() => undefined)
  const { promise, reject } = Promise.withResolvers<never>()
  const leave = (): void => {
    reject(signal.reason as Error)
  }
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  try {
    await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', leave)
  }
}
