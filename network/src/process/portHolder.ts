// Which program listens on a port of this machine, where the system tells.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

/** State of a socket that listens. */
const LISTENING = '0A'

/**
 * The program that listens on a port; undefined where the system does not tell (elsewhere than on Linux, or of other users).
 *
 * @example
 * findHolder(8545) // 'anvil (process 4711)'
 */
export function findHolder(port: number): string | undefined {
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listSockets(table, port))
  if (sockets.length === 0) return undefined
  const pid = list('/proc').find((entry) => /^\d+$/u.test(entry) && holdsOneOf(entry, sockets))
  return pid === undefined ? undefined : `${programOf(pid)} (process ${pid})`
}

/** What links to the sockets that listen on a port look like. */
function listSockets(table: string, port: number): readonly string[] {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return read(table)
    .split('\n')
    .map((line) => line.trim().split(/\s+/u))
    .filter(([, local, , state]) => local?.endsWith(end) === true && state === LISTENING)
    .map((fields) => `socket:[${fields[9]}]`)
}

/** Threads of node give their process another name than its program's. */
function programOf(pid: string): string {
  const [program = ''] = read(`/proc/${pid}/cmdline`).split('\0')
  return basename(program)
}

function holdsOneOf(pid: string, sockets: readonly string[]): boolean {
  return list(`/proc/${pid}/fd`).some((handle) => sockets.includes(linkOf(`/proc/${pid}/fd/${handle}`)))
}

// What others own, or what has ended since, tells nothing.

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file)
  } catch {
    return ''
  }
}
