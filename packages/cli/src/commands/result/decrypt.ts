// iexec result decrypt: reads a result that was encrypted for you.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { decryptResult, readZip } from '@iexec/sdk'
import { CliError } from '../../cliError.ts'
import type { Command } from '../../command.ts'
import { exists, writeWhole } from '../../files/wholeFile.ts'
import { FORCE_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { isSet, projectFolder } from '../../session.ts'
import { confirm } from '../../terminal/ask.ts'
import { onOneLine } from '../order/words.ts'
import { KEY_FILE_OPTION, KEY_FOLDER_OPTION, readPrivateKey } from './keys.ts'

const OUTPUT = 'results.zip'

export const decryptResultCommand: Command = {
  name: 'decrypt',
  summary: 'decrypt a result that was encrypted for you',
  description: `Decrypts a result that was downloaded, into ${OUTPUT}. Neither password nor network is needed.`,
  arguments: [
    {
      name: 'encryptedResultsPath',
      summary: 'what was downloaded; encryptedResults.zip when left out',
      isOptional: true,
    },
  ],
  options: [...WALLET_OPTIONS, FORCE_OPTION, KEY_FOLDER_OPTION, KEY_FILE_OPTION],
  examples: [
    { line: 'iexec result decrypt my.zip', meaning: 'with the key of your wallet' },
    { line: 'iexec result decrypt my.zip --beneficiary-key-file my_key', meaning: 'with another one' },
  ],
  run: async (call) => {
    const source = resolve(projectFolder(), call.args[0] ?? 'encryptedResults.zip')
    const resultsPath = resolve(projectFolder(), OUTPUT)
    const zip = await readFile(source).catch((cause: unknown) => {
      throw new CliError('MissingFile', `There is no result in ${source}.`, {
        hints: ['iexec task show <taskid> --download brings it.'],
        cause,
      })
    })
    const privateKey = await readPrivateKey(call)
    const bytes = await decryptResult(new Uint8Array(zip), privateKey)
    const files = readZip(bytes).map(({ name }) => onOneLine(name))
    if (await exists(resultsPath)) {
      await confirm(`There is a file ${OUTPUT} already. Replace it?`, call.terminal, isSet(call, 'force'))
    }
    await writeWhole(resultsPath, bytes, 0o600)
    return { raw: { resultsPath }, text: [`Decrypted into ${resultsPath}: ${files.join(', ')}`] }
  },
}
