// iexec wallet: keys, and what they hold outside of the market.
import type { Command } from '../../command.ts'
import { createWalletCommand, importWalletCommand } from './create.ts'
import { getEtherCommand, getRlcCommand } from './get.ts'
import { sendEtherCommand, sendRlcCommand, sweepCommand } from './send.ts'
import { showWalletCommand } from './show.ts'

/** In the order of the help. */
export const commands: readonly Command[] = [
  createWalletCommand,
  importWalletCommand,
  showWalletCommand,
  getEtherCommand,
  getRlcCommand,
  sendEtherCommand,
  sendRlcCommand,
  sweepCommand,
]
