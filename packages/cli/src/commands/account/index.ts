// iexec account: RLC on the market.
import type { Command } from '../../command.ts'
import { depositCommand, withdrawCommand } from './move.ts'
import { accountHistoryCommand } from './history.ts'
import { showAccountCommand } from './show.ts'
import { allowanceCommand, approveCommand, revokeCommand } from './spender.ts'

/** In the order of the help. */
export const commands: readonly Command[] = [
  showAccountCommand,
  accountHistoryCommand,
  depositCommand,
  withdrawCommand,
  approveCommand,
  allowanceCommand,
  revokeCommand,
]
