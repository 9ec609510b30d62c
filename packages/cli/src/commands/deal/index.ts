// iexec deal: what was bought, until its last task has ended.
import type { Command } from '../../command.ts'
import { claimDealCommand } from './claim.ts'
import { showDealCommand } from './show.ts'

/** In the order of the help. */
export const commands: readonly Command[] = [showDealCommand, claimDealCommand]
