// iexec account: RLC on the market.
import type { Command } from '../../command.ts'
import { showAccountCommand } from './show.ts'

/** In the order of the help. */
export const commands: readonly Command[] = [showAccountCommand]
