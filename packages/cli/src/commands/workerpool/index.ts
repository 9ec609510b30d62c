// iexec workerpool: groups of workers that sell computing together.
import type { Command } from '../../command.ts'
import { readAddress, readText } from '../../files/section.ts'
import { FORCE_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { requireWalletAddress } from '../../session.ts'
import { countCommand, showCommand } from '../asset/inspect.ts'
import { deployCommand } from '../asset/register.ts'
import { publishCommand, unpublishCommand } from '../asset/sell.ts'
import { writeTemplate } from '../asset/template.ts'
import { transferCommand } from '../asset/transfer.ts'
import { operatorCommand } from './operator.ts'
import { setPolicyCommand } from './setPolicy.ts'

const initWorkerpoolCommand: Command = {
  name: 'init',
  summary: 'describe a workerpool in iexec.json, to begin with',
  options: [...WALLET_OPTIONS, FORCE_OPTION],
  examples: [{ line: 'iexec workerpool init', meaning: 'then edit iexec.json' }],
  run: async (call) => {
    const owner = await requireWalletAddress(call)
    return writeTemplate(call, {
      name: 'workerpool',
      sections: { workerpool: { owner, description: 'my-workerpool' } },
      next: ['Set its description there.', 'Then: iexec workerpool deploy'],
    })
  },
}

const deployWorkerpoolCommand: Command = deployCommand({
  kind: 'workerpool',
  read: (section) => {
    const owner = readAddress(section, 'owner')
    const description = readText(section, 'description')
    return {
      deploy: async (iexec) => iexec.workerpools.deploy({ description, ...(owner === undefined ? {} : { owner }) }),
      rows: [['description', description]],
    }
  },
})

/** In the order of the help. */
export const commands: readonly Command[] = [
  initWorkerpoolCommand,
  deployWorkerpoolCommand,
  showCommand('workerpool'),
  countCommand('workerpool'),
  publishCommand('workerpool'),
  unpublishCommand('workerpool'),
  setPolicyCommand,
  operatorCommand,
  transferCommand('workerpool'),
]
