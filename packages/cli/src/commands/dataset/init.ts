// iexec dataset init: a dataset in iexec.json, to begin with.
import { mkdir } from 'node:fs/promises'
import { CliError } from '../../cliError.ts'
import type { Command, Outcome } from '../../command.ts'
import { readIexecFile } from '../../files/iexecFile.ts'
import { FORCE_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { isSet, projectFolder, requireWalletAddress } from '../../session.ts'
import { writeTemplate } from '../asset/template.ts'
import { NO_CHECKSUM_HEX } from './checksum.ts'
import { FOLDER_OPTIONS, foldersOf, type DatasetFolders } from './folders.ts'

export const initDatasetCommand: Command = {
  name: 'init',
  summary: 'describe a dataset in iexec.json, to begin with',
  description:
    'Describes a dataset in iexec.json, to begin with. With --encrypted, also makes the folders for one that only enclaves may read; what iexec.json says of a dataset already is left then, unless --force is given.',
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
    if (folders !== undefined && !isSet(call, 'force')) {
      const dataset = (await readIexecFile(projectFolder(), call.terminal))?.['dataset']
      if (dataset !== undefined) return addFolders(folders, dataset)
    }
    const multiaddr = '/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ'
    const outcome = await writeTemplate(call, {
      name: 'dataset',
      sections: { dataset: { owner, name: 'my-dataset', multiaddr, checksum: NO_CHECKSUM_HEX } },
      next: [
        ...(folders === undefined ? [] : [encryptText(folders)]),
        'Set name, multiaddr (a URL or an /ipfs path) and checksum (sha256 of the file as it is stored) there.',
        'Then: iexec dataset deploy',
      ],
    })
    if (folders !== undefined) await makeFolders(folders)
    return outcome
  },
}

/** Whoever has described a dataset wants the folders alone. */
async function addFolders(folders: DatasetFolders, dataset: unknown): Promise<Outcome> {
  await makeFolders(folders)
  return {
    raw: { dataset },
    text: [
      'Made the folders; what iexec.json says of a dataset is as it was.',
      `  ${encryptText(folders)}`,
      '  Set multiaddr (the encrypted file) there, and no checksum of another file.',
      '  Then: iexec dataset deploy',
    ],
  }
}

function encryptText({ original }: DatasetFolders): string {
  return `Put the file into ${original}, then: iexec dataset encrypt`
}

async function makeFolders({ original, encrypted, keys }: DatasetFolders): Promise<void> {
  try {
    for (const folder of [original, encrypted]) await mkdir(folder, { recursive: true })
    await mkdir(keys, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new CliError('BadFile', `The folders of datasets cannot be made: ${String(cause)}.`, { cause })
  }
}
