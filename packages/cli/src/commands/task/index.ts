// iexec task: one run of an app, until its result is there.
import type { Command } from '../../command.ts'
import { claimTaskCommand } from './claim.ts'
import { debugTaskCommand } from './debug.ts'
import { logsTaskCommand } from './logs.ts'
import { showTaskCommand } from './show.ts'
import { verifyTaskCommand } from './verify.ts'

/** In the order of the help. */
export const commands: readonly Command[] = [
  showTaskCommand,
  logsTaskCommand,
  debugTaskCommand,
  verifyTaskCommand,
  claimTaskCommand,
]
