// iexec app: programs that earn at every run.
import type { Command } from '../../command.ts'
import { countCommand, showCommand } from '../asset/inspect.ts'
import { publishCommand, unpublishCommand } from '../asset/sell.ts'
import { transferCommand } from '../asset/transfer.ts'
import { deployAppCommand } from './deploy.ts'
import { initAppCommand } from './init.ts'
import { requestExecutionCommand } from './requestExecution.ts'
import { runAppCommand } from './run.ts'
import { checkAppSecretCommand, pushAppSecretCommand } from './secret.ts'
import { checkAppCommand, testAppCommand } from './tryApp.ts'

/** In the order of the help. */
export const commands: readonly Command[] = [
  initAppCommand,
  checkAppCommand,
  testAppCommand,
  deployAppCommand,
  showCommand('app'),
  countCommand('app'),
  runAppCommand,
  requestExecutionCommand,
  publishCommand('app'),
  unpublishCommand('app'),
  pushAppSecretCommand,
  checkAppSecretCommand,
  transferCommand('app'),
]
