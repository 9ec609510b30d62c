// iexec wallet create and import: a key of one's own, under a password.
import { isPrivateKey } from '@iexec/service/keystore'
import type { Hex } from 'viem'
import { generatePrivateKey } from 'viem/accounts'
import { CliError } from '../../cliError.ts'
import type { Call, Command, Option, Outcome } from '../../command.ts'
import { FORCE_OPTION, KEYSTORE_OPTION, PASSWORD_OPTIONS } from '../../options.ts'
import { readSecret } from '../../secret.ts'
import { choiceOf, isSet, projectFolder, text } from '../../session.ts'
import { choosePassword } from '../../wallet/password.ts'
import { writeKeystore, writeOpenWallet, type Written } from '../../wallet/writeWallet.ts'

const options: readonly Option[] = [
  ...PASSWORD_OPTIONS,
  { flags: '--unencrypted', summary: 'keep the key in clear, in wallet.json of this folder: for tests only' },
  KEYSTORE_OPTION,
  FORCE_OPTION,
]

export const createWalletCommand: Command = {
  name: 'create',
  summary: 'make a new key and keep it under a password',
  options,
  examples: [
    { line: 'iexec wallet create', meaning: 'asks for a password' },
    { line: 'iexec wallet create --unencrypted', meaning: 'wallet.json here, with the key in clear' },
  ],
  run: async (call) => saveKey(call, generatePrivateKey()),
}

export const importWalletCommand: Command = {
  name: 'import',
  summary: 'keep a key that you have under a password',
  description:
    'Keeps a key that you have under a password. Without the key it is asked for, so that it stands in no history of a shell.',
  arguments: [{ name: 'privateKey', summary: '0x and 64 hex digits; asked for when left out', isOptional: true }],
  options: [
    { flags: '--private-key-file <path>', summary: 'a file that holds the key; - for standard input' },
    ...options,
  ],
  examples: [
    { line: 'iexec wallet import', meaning: 'asks for the key and for a password' },
    { line: 'iexec wallet import --private-key-file key.txt --password-file password.txt', meaning: 'in scripts' },
  ],
  run: async (call) => saveKey(call, await readKey(call)),
}

/** Writes a key as the options say, and tells where it is. The key itself is told only when it was written in clear. */
async function saveKey(call: Call, privateKey: Hex): Promise<Outcome> {
  const written = await writeKey(call, privateKey)
  const { fileName, address, wallet } = written
  return {
    raw: { wallet, fileName, address },
    json: { fileName, address },
    text: [`Wallet ${address}`, `  kept in ${fileName}`],
  }
}

/** Writes a key as the options say. */
export async function writeKey(call: Call, privateKey: Hex): Promise<Written> {
  const folder = projectFolder()
  if (isSet(call, 'unencrypted')) return writeOpenWallet(folder, privateKey, isSet(call, 'force'))
  const password = await choosePassword(choiceOf(call), call.terminal)
  return writeKeystore(privateKey, password, { folder, keystoredir: text(call, 'keystoredir'), now: new Date() })
}

/** @throws CliError `Usage` or `BadFile`, without what was given: it may be a key with a typing error */
async function readKey(call: Call): Promise<Hex> {
  const [typed] = call.args
  const path = text(call, 'privateKeyFile')
  if (typed !== undefined && path !== undefined) {
    throw new CliError('Usage', 'The key and --private-key-file exclude each other.', {
      hints: ['Choose one of them.'],
    })
  }
  const source = { question: 'Private key', given: typed, path, flag: '--private-key-file' }
  const given = (await readSecret(call, source)).trim()
  const key = given.startsWith('0x') ? given : `0x${given}`
  if (isPrivateKey(key)) return key
  const hints = ['A private key is 0x and 64 hex digits.']
  if (path === undefined || path === '-') throw new CliError('Usage', 'This is no private key.', { hints })
  throw new CliError('BadFile', `There is no private key in ${path}.`, { hints })
}
