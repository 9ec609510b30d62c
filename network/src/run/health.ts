// Whether the parts of a network are well, as they say themselves.
import { setTimeout as sleep } from 'node:timers/promises'
import { askHead } from './heads.ts'

/** A part of a network, and where it is. */
export type Part = { readonly name: string; readonly url: string }

const LONGEST_ANSWER_MS = 5_000
const LONGEST_WAIT_MS = 60_000
const LOOK_MS = 25

/** Whether a part is well: the chain answers, a service says so. */
export async function isHealthy({ name, url }: Part): Promise<boolean> {
  if (name === 'chain') return (await askHead(url)) !== undefined
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(LONGEST_ANSWER_MS) })
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false
  }
}

/**
 * Waits until all of them are well.
 *
 * @returns the name of one that is not, when that takes too long or the signal ends it
 */
export async function untilHealthy(parts: readonly Part[], signal: AbortSignal): Promise<string | undefined> {
  const end = performance.now() + LONGEST_WAIT_MS
  for (const part of parts) {
    while (!(await isHealthy(part))) {
      if (signal.aborted || performance.now() > end) return part.name
      await sleep(LOOK_MS)
    }
  }
  return undefined
}
