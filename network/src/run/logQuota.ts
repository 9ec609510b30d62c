// Logs of a network do not grow for ever: of each, the latest part is kept, and the one before it.
import { copyFileSync, mkdirSync, readdirSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

const LOOK_MS = 60_000
const LARGEST = 20_000_000

/** Looks after the logs of a folder's network from now on. @returns how to leave it at that */
export function watchLogs(folder: string): () => void {
  const room = join(folder, 'logs')
  mkdirSync(room, { recursive: true, mode: 0o700 })
  trimLogs(room)
  const timer = setInterval(() => {
    trimLogs(room)
  }, LOOK_MS)
  return () => {
    clearInterval(timer)
  }
}

/**
 * Begins those logs of a folder anew that are too large; what they held is there beside them, as `keeper.log.1`.
 *
 * @example
 * trimLogs('/home/ada/.iexec/networks/local/logs')
 */
export function trimLogs(room: string, largest: number = LARGEST): void {
  try {
    for (const file of readdirSync(room).filter((name) => name.endsWith('.log'))) {
      const path = join(room, file)
      if (statSync(path).size <= largest) continue
      // Whoever writes into it adds at its end, wherever that is.
      copyFileSync(path, `${path}.1`)
      truncateSync(path)
    }
  } catch (cause) {
    process.emitWarning(`The logs in ${room} cannot be kept small: ${String(cause)}`)
  }
}
