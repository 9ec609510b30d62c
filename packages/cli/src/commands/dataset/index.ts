// iexec dataset: files that are sold per use.
import type { Command } from '../../command.ts'
import { countCommand, showCommand } from '../asset/inspect.ts'
import { publishCommand, unpublishCommand } from '../asset/sell.ts'
import { transferCommand } from '../asset/transfer.ts'
import { deployDatasetCommand } from './deploy.ts'
import { encryptCommand } from './encrypt.ts'
import { initDatasetCommand } from './init.ts'
import { checkDatasetSecretCommand, pushDatasetSecretCommand } from './secret.ts'

/** In the order of the help. */
export const commands: readonly Command[] = [
  initDatasetCommand,
  encryptCommand,
  deployDatasetCommand,
  showCommand('dataset'),
  countCommand('dataset'),
  publishCommand('dataset'),
  unpublishCommand('dataset'),
  pushDatasetSecretCommand,
  checkDatasetSecretCommand,
  transferCommand('dataset'),
]
