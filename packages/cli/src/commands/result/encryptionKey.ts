// iexec result generate-encryption-keypair, push-encryption-key and check-encryption-key: keys with which results are encrypted for you.
import { createPublicKey } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { generateEncryptionKeypair } from '@iexec/sdk'
import { CliError } from '../../cliError.ts'
import type { Call, Command } from '../../command.ts'
import { changingFile } from '../../files/jsonFile.ts'
import { exists, writeWhole } from '../../files/wholeFile.ts'
import { CHAIN_OPTION, FORCE_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { rows } from '../../rows.ts'
import {
  addressArgument,
  isSet,
  openReader,
  openSigner,
  projectFolder,
  requireWalletAddress,
  text,
} from '../../session.ts'
import { confirm } from '../../terminal/ask.ts'
import { FORCE_UPDATE_OPTION, requireVault } from '../storage/vault.ts'
import { KEY_FOLDER_OPTION, keyFolder, readPrivateKey } from './keys.ts'

export const generateKeypairCommand: Command = {
  name: 'generate-encryption-keypair',
  aliases: ['generate-keys'],
  summary: 'make the keys with which results are encrypted for you, and read',
  description:
    'Makes a pair of RSA keys of 4,096 bits for your wallet. The public one goes to the vault, with iexec result push-encryption-key; the private one stays here: whoever has it reads your results.',
  options: [...WALLET_OPTIONS, FORCE_OPTION, KEY_FOLDER_OPTION],
  examples: [{ line: 'iexec result generate-encryption-keypair', meaning: 'into .secrets/beneficiary' }],
  run: async (call) => {
    const folder = keyFolder(call)
    const privateKeyFile = join(folder, `${await requireWalletAddress(call)}_key`)
    const publicKeyFile = `${privateKeyFile}.pub`
    const isThere = await exists(privateKeyFile)
    if (isThere) {
      const question = `There is a key already: ${shown(privateKeyFile)}. Replace it for good? Results under it can never be read again.`
      await confirm(question, call.terminal, isSet(call, 'force'))
    }
    const { privateKey, publicKey } = await generateEncryptionKeypair()
    await changingFile(privateKeyFile, async () => {
      if (!isThere && (await exists(privateKeyFile))) {
        throw new CliError('BadFile', `Another command made a key meanwhile: ${shown(privateKeyFile)}. It stays.`)
      }
      // Never one key of one pair beside one of another: results under it could not be read.
      await rm(publicKeyFile, { force: true })
      await writeWhole(privateKeyFile, privateKey, 0o600)
      await writeWhole(publicKeyFile, publicKey)
    })
    return {
      raw: { secretPath: folder, privateKeyFile, publicKeyFile },
      text: [
        'A pair of keys was made.',
        ...rows([
          ['private', `${shown(privateKeyFile)}: keep it, and out of version control`],
          ['public', shown(publicKeyFile)],
        ]),
        'iexec result push-encryption-key puts the public one into the vault.',
      ],
    }
  },
}

function shown(path: string): string {
  return relative(projectFolder(), path)
}

export const pushKeyCommand: Command = {
  name: 'push-encryption-key',
  aliases: ['push-secret'],
  summary: 'put your public key for results into the vault',
  description:
    'Puts your public key for results into the vault: runs with --encrypt-result of which you are the beneficiary use it.',
  options: [
    CHAIN_OPTION,
    ...WALLET_OPTIONS,
    FORCE_UPDATE_OPTION,
    { flags: '--secret-path <path>', summary: 'the public key', fallback: '.secrets/beneficiary/<address>_key.pub' },
  ],
  examples: [
    { line: 'iexec result push-encryption-key', meaning: 'the one that generate-encryption-keypair made' },
    { line: 'iexec result push-encryption-key --force-update', meaning: 'replaces it' },
  ],
  run: async (call) => {
    await requireVault(call)
    const given = text(call, 'secretPath')
    const publicKey =
      given === undefined ? await readOwnKey(call) : await readPublicKey(resolve(projectFolder(), given))
    const iexec = await openSigner(call)
    const pushed = await iexec.results.pushEncryptionKey(publicKey, { forceUpdate: isSet(call, 'forceUpdate') })
    return {
      raw: { isPushed: pushed.isPushed, isUpdated: pushed.isUpdated },
      text: [`The vault has your ${pushed.isUpdated ? 'new ' : ''}key for results.`],
    }
  },
}

/** Of a pair, the private key is written first. Alone it is as good: a new pair instead would replace it for good. */
async function readOwnKey(call: Call): Promise<string> {
  const privateKeyFile = join(keyFolder(call), `${await requireWalletAddress(call)}_key`)
  const path = `${privateKeyFile}.pub`
  if ((await exists(path)) || !(await exists(privateKeyFile))) return readPublicKey(path)
  return createPublicKey(await readPrivateKey(call))
    .export({ type: 'spki', format: 'pem' })
    .toString()
}

async function readPublicKey(path: string): Promise<string> {
  const hints = ['iexec result generate-encryption-keypair makes one; --secret-path names another file.']
  const given = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CliError('MissingFile', `There is no key in ${path}.`, { hints, cause })
  })
  if (isPublicKey(given)) return given
  throw new CliError('BadFile', `There is no public RSA key in ${path}.`, { hints })
}

/** In PEM, or the base64 of that, as the vault has it. Of a private key, the public part would be found as well. */
function isPublicKey(given: string): boolean {
  try {
    const pem = given.includes('-----') ? given : atob(given.trim())
    return pem.includes('-----BEGIN PUBLIC KEY-----') && createPublicKey(pem).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}

export const checkKeyCommand: Command = {
  name: 'check-encryption-key',
  aliases: ['check-secret'],
  summary: 'look whether the vault has a key for results of an account',
  arguments: [{ name: 'address', summary: 'whose; yours when left out', isOptional: true }],
  options: [CHAIN_OPTION, ...WALLET_OPTIONS],
  examples: [{ line: 'iexec result check-encryption-key', meaning: 'no password needed' }],
  run: async (call) => {
    await requireVault(call)
    const [given] = call.args
    const owner = given === undefined ? await requireWalletAddress(call) : addressArgument(given, 'address')
    const iexec = await openReader(call)
    const isEncryptionKeySet = await iexec.results.checkEncryptionKey(owner)
    return {
      raw: { isEncryptionKeySet },
      text: [`The vault has ${isEncryptionKeySet ? 'the' : 'no'} key for results of ${owner}.`],
    }
  },
}
