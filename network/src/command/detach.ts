// A network behind its user: the same command in a process of its own, heard until it is ready.
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { openFolder } from '../folder/networkFolder.ts'
import { logFile } from '../run/plans.ts'
import type { Say } from '../run/keepAlive.ts'
import { readFrom } from '../run/logFile.ts'

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
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const end = (): void => {
    child.kill('SIGTERM')
  }
  for (const signal of signals) process.on(signal, end)
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
    const said = code === 0 ? '' : lastWords(readFrom(log, logBegin).text)
    if (said !== '') console.error(said)
    if (said !== '' && args.includes('--json')) say('failed', said)
    resolve(code ?? 1)
  })
  try {
    return await promise
  } finally {
    // From here on Ctrl-C is no matter of the network any more.
    for (const signal of signals) process.off(signal, end)
  }
}

/** What was said without a time before it is no news, and so was not told yet. */
function lastWords(text: string): string {
  const lines = text.trim().split('\n')
  return lines.filter((line) => !/^\d\d:\d\d:\d\d {2}/u.test(line)).join('\n')
}
