// Who may do something with the folder of a network: one process at a time.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FileIsHeld, holdFile } from '@iexec/service'
import { NetworkFault } from './fault.ts'

/**
 * Takes hold of a network's folder. It is the operating system's own lock: it ends with whoever has it, however that dies.
 *
 * @returns how to let go; undefined when somebody else holds it
 * @example
 * const letGo = holdFolder('/home/ada/.iexec/networks/local')
 */
export function holdFolder(folder: string): (() => void) | undefined {
  try {
    return holdFile({ engine: 'sqlite', file: join(folder, 'running') })
  } catch (cause) {
    if (cause instanceof FileIsHeld) return undefined
    throw cause
  }
}

const LOOK_MS = 20
/** A supervisor that has ended has let go; one that is ending does so soon. */
const PATIENCE_MS = 2_000

/**
 * Takes hold of the folder of a network that has ended. Where no network was ever started, there is nothing to hold.
 *
 * @returns how to let go
 * @throws NetworkFault when somebody is about to start one there
 * @example
 * const letGo = await holdEnded('/home/ada/.iexec/networks/local')
 */
export async function holdEnded(folder: string, patienceMs: number = PATIENCE_MS): Promise<() => void> {
  if (!existsSync(join(folder, 'running.lock'))) return () => undefined
  const end = performance.now() + patienceMs
  for (;;) {
    const letGo = holdFolder(folder)
    if (letGo !== undefined) return letGo
    if (performance.now() > end) {
      throw new NetworkFault(`A start is under way in ${folder}: wait until it has said more, and try again.`)
    }
    await sleep(LOOK_MS)
  }
}
