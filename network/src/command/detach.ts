// A network behind its user: the same command in a process of its own, heard until it is ready.
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { openFolder } from '../folder/networkFolder.ts'
import { logFile } from '../run/plans.ts'
import type { Say } from '../run/keepAlive.ts'
import { readFrom } from '../run/logFile.ts'
import { mkdirSync, statSync } from 'node:fs'

/** The program of this command. */
const MAIN = join(import.meta.dirname, '../main.ts')

type News = { readonly event: string; readonly sentence: string; readonly facts?: Readonly<Record<string, unknown>> }

/**
 * Starts a network that goes on when this process has ended.
 *
 * @param args what was typed behind `start`
 * @returns the exit code: 0 when it is ready
 */
export async function startDetached(
  args: readonly string[],
  { folder, say }: { readonly folder: string; readonly say: Say },
): Promise<number> {
  openFolder(folder)
  mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 })
  const log = logFile(folder, 'supervisor')
  const file = openSync(log, 'a', 0o600)
  const logBegin = statSync(log).size
  const line = ['start', ...args.filter((arg) => arg !== '--detach' && arg !== '--json')]
  const child = spawn(process.execPath, [MAIN, ...line], { detached: true, stdio: ['ignore', file, file, 'ipc'] })
  closeSync(file)
  const end = (): void => {
    child.kill('SIGTERM')
  }
  process.on('SIGINT', end).on('SIGTERM', end).on('SIGHUP', end)
  const { promise, resolve } = Promise.withResolvers<number>()
  child.on('message', (message) => {
    const { event, sentence, facts } = message as News
    say(event, sentence, facts)
    if (event !== 'running') return
    child.disconnect()
    child.unref()
    resolve(0)
  })
  child.once('exit', (code) => {
    // Its own last words stand in its log: those that are no news.
    const said = readFrom(log, logBegin).text.trim().split('\n')
    if (code !== 0) console.error(said.filter((each) => !/^\d\d:\d\d:\d\d {2}/u.test(each)).join('\n'))
    resolve(code ?? 1)
  })
  return promise
}
