// iexec dataset push-secret and check-secret: the key of a dataset, for the enclaves of those who buy it.
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { CliError } from '../../cliError.ts'
import type { Command } from '../../command.ts'
import { CHAIN_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { openReader, openSigner, projectFolder, text } from '../../session.ts'
import { addressArgumentOf, targetOf } from '../asset/target.ts'
import { requireVault } from '../storage/vault.ts'
import { DEFAULT_KEY } from './folders.ts'

const DEFAULT_PATH = join('.secrets', 'datasets', DEFAULT_KEY)

export const pushDatasetSecretCommand: Command = {
  name: 'push-secret',
  summary: 'give the key of a dataset of yours to the vault',
  description:
    'Gives the key of a dataset of yours to the vault, for enclaves. It can never be changed, and never be read back.',
  arguments: [addressArgumentOf('dataset')],
  options: [
    CHAIN_OPTION,
    ...WALLET_OPTIONS,
    { flags: '--secret-path <path>', summary: 'the file with the key', fallback: DEFAULT_PATH },
  ],
  examples: [
    { line: 'iexec dataset push-secret', meaning: 'the last key that iexec dataset encrypt made' },
    { line: 'iexec dataset push-secret 0x… --secret-path my.key', meaning: 'another one' },
  ],
  run: async (call) => {
    const address = await targetOf(call, 'dataset')
    await requireVault(call)
    const key = await readKey(resolve(projectFolder(), text(call, 'secretPath') ?? DEFAULT_PATH))
    const iexec = await openSigner(call)
    await iexec.secrets.pushDataset(address, key)
    return { raw: {}, json: { address }, text: [`The vault has the key of the dataset ${address}.`] }
  },
}

/** What is in the file is never said: it may be a key with a typing error. */
async function readKey(path: string): Promise<string> {
  const key = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CliError('MissingFile', `There is no key in ${path}.`, {
      hints: ['iexec dataset encrypt makes one; --secret-path names another file.'],
      cause,
    })
  })
  if (Buffer.from(key.trim(), 'base64').length === 32) return key.trim()
  throw new CliError('BadFile', `${path} is no key of a dataset.`, { hints: ['A key is base64 of 32 bytes.'] })
}

export const checkDatasetSecretCommand: Command = {
  name: 'check-secret',
  summary: 'look whether the vault has the key of a dataset',
  arguments: [addressArgumentOf('dataset')],
  options: [CHAIN_OPTION],
  examples: [{ line: 'iexec dataset check-secret 0x…', meaning: 'of any dataset; no password needed' }],
  run: async (call) => {
    const address = await targetOf(call, 'dataset')
    const iexec = await openReader(call)
    const isSecretSet = await iexec.secrets.checkDataset(address)
    return {
      raw: { isSecretSet },
      text: [`The vault has ${isSecretSet ? 'the' : 'no'} key of the dataset ${address}.`],
    }
  },
}
