// What the parts of a decision share, and what each of them says of one task.
import type { Command } from './command.ts'
import type { Roster } from './roster.ts'
import type { Now, Patience } from './snapshot.ts'

/** What one task takes. */
export type TaskDecision = {
  readonly commands: readonly Command[]
  /** Milliseconds. */
  readonly wakeAt: number
  readonly isWaiting: boolean
}

/** What is shared while one task after the other is decided. */
export type Scene = { readonly roster: Roster; readonly patience: Patience; readonly now: Now }

/** Nothing to do, and nothing to wait for. */
export const NOTHING: TaskDecision = { commands: [], wakeAt: Infinity, isWaiting: false }

/** When the chain's clock will have reached a second, by the clock of this machine. */
export function atChain(second: number, now: Now): number {
  return now.ms + Math.max(0, second - now.chain) * 1_000
}
