// iexec result: results that are encrypted for whoever gets them.
import type { Command } from '../../command.ts'
import { decryptResultCommand } from './decrypt.ts'
import { checkKeyCommand, generateKeypairCommand, pushKeyCommand } from './encryptionKey.ts'

/** In the order of the help. */
export const commands: readonly Command[] = [
  generateKeypairCommand,
  pushKeyCommand,
  checkKeyCommand,
  decryptResultCommand,
]
