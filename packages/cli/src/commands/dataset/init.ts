// iexec dataset init: a dataset in iexec.json, to begin with.
import { mkdir } from 'node:fs/promises'
import { CliError } from '../../cliError.ts'
import type { Command } from '../../command.ts'
import { FORCE_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { isSet, requireWalletAddress } from '../../session.ts'
import { writeTemplate } from '../asset/template.ts'
import { NO_CHECKSUM_HEX } from './checksum.ts'
import { FOLDER_OPTIONS, foldersOf, type DatasetFolders } from './folders.ts'

export const initDatasetCommand: Command = {
  name: 'init',
  summary: 'describe a dataset in iexec.json, to begin with',
  description:
    'Describes a dataset in iexec.json, to begin with. With --encrypted, also makes the folders for one that only enclaves may read.',
  options: [
    ...WALLET_OPTIONS,
    FORCE_OPTION,
    { flags: '--encrypted', summary: 'make the folders that iexec dataset encrypt works with' },
    { flags: '--tee', summary: 'the same as --encrypted' },
    ...FOLDER_OPTIONS,
  ],
  examples: [
    { line: 'iexec dataset init', meaning: 'a file that whoever buys it may read' },
    { line: 'iexec dataset init --encrypted', meaning: 'one that only enclaves may' },
  ],
  run: async (call) => {
    const owner = await requireWalletAddress(call)
    const folders = isSet(call, 'encrypted') || isSet(call, 'tee') ? foldersOf(call) : undefined
    const multiaddr = '/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ'
    const outcome = await writeTemplate(call, {
      name: 'dataset',
      sections: { dataset: { owner, name: 'my-dataset', multiaddr, checksum: NO_CHECKSUM_HEX } },
      next: [
        ...(folders === undefined ? [] : [`Put the file into ${folders.original}, then: iexec dataset encrypt`]),
        'Set name, multiaddr (a URL or an /ipfs path) and checksum (sha256 of the file as it is stored) there.',
        'Then: iexec dataset deploy',
      ],
    })
    if (folders !== undefined) await makeFolders(folders)
    return outcome
  },
}

async function makeFolders({ original, encrypted, keys }: DatasetFolders): Promise<void> {
  try {
    for (const folder of [original, encrypted]) await mkdir(folder, { recursive: true })
    await mkdir(keys, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new CliError('BadFile', `The folders of datasets cannot be made: ${String(cause)}.`, { cause })
  }
}
