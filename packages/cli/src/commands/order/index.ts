// iexec order: what somebody sells or wants, signed.
import type { Command } from '../../command.ts'
import { cancelOrderCommand } from './cancel.ts'
import { fillOrderCommand } from './fill.ts'
import { initOrderCommand } from './init.ts'
import { publishOrderCommand, unpublishOrderCommand } from './publish.ts'
import { showOrderCommand } from './show.ts'
import { signOrderCommand } from './sign.ts'

/** In the order of the help. */
export const commands: readonly Command[] = [
  initOrderCommand,
  signOrderCommand,
  publishOrderCommand,
  showOrderCommand,
  fillOrderCommand,
  unpublishOrderCommand,
  cancelOrderCommand,
]
