// Which processes a network has: whoever wants to end it, or to start it again after it was killed, finds them by this file alone.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning, type ProcessId } from '../process/identity.ts'
import { readWhole, writeWhole } from './wholeFile.ts'

/** A service of a network that runs. */
export type RunningService = {
  readonly name: string
  readonly url: string
  readonly process: ProcessId
  /** When this process began to listen; undefined while it does not. */
  readonly since: string | undefined
  /** How often it fell over since the network was started. */
  readonly falls: number
}

/** A network that runs, or was killed. */
export type Running = {
  readonly supervisor: ProcessId
  readonly since: string
  /** Whether everything has been started. */
  readonly isReady: boolean
  readonly services: readonly RunningService[]
}

/** What the network of a folder has; undefined when it was ended in order, or never started. */
export function readRunning(folder: string): Running | undefined {
  return readWhole(fileOf(folder)) as Running | undefined
}

/** Says what the network of a folder has. */
export function writeRunning(folder: string, running: Running): void {
  writeWhole(fileOf(folder), running)
}

/** Says that nothing of a network is left. */
export function forgetRunning(folder: string): void {
  rmSync(fileOf(folder), { force: true })
}

function fileOf(folder: string): string {
  return join(folder, 'running.json')
}

/** The supervisor of a folder's network, when it runs. */
export function findSupervisor(folder: string): Running | undefined {
  const running = readRunning(folder)
  return running !== undefined && isRunning(running.supervisor) ? running : undefined
}
