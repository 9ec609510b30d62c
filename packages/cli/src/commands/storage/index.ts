// iexec storage: tokens with which enclaves write results into a storage of yours.
import { IexecError } from '@iexec/sdk'
import type { Argument, Command } from '../../command.ts'
import { CHAIN_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { readSecret } from '../../secret.ts'
import { addressArgument, isSet, openReader, openSigner, requireWalletAddress, text } from '../../session.ts'
import { FORCE_UPDATE_OPTION, requireVault } from './vault.ts'

const PROVIDER: Argument = { name: 'provider', summary: 'the storage: dropbox' }

const initStorageCommand: Command = {
  name: 'init',
  summary: 'put the token of a storage of yours into the vault',
  description:
    'Puts the token of a storage of yours into the vault: enclaves write results there, for runs with --storage-provider dropbox. Without such a wish results go to IPFS, which takes no token.',
  arguments: [PROVIDER],
  options: [
    CHAIN_OPTION,
    ...WALLET_OPTIONS,
    { flags: '--token <token>', summary: 'the token; seen by whoever lists processes' },
    { flags: '--token-file <path>', summary: 'a file that holds the token; - for standard input', excludes: ['token'] },
    FORCE_UPDATE_OPTION,
  ],
  examples: [
    { line: 'iexec storage init dropbox', meaning: 'asks for the token' },
    { line: 'iexec storage init dropbox --token-file token --force-update', meaning: 'replaces it' },
  ],
  run: async (call) => {
    const provider = readProvider(call.args[0])
    await requireVault(call)
    const token = await readSecret(call, {
      question: `Token of ${provider}`,
      given: text(call, 'token'),
      path: text(call, 'tokenFile'),
      flag: '--token-file',
    })
    const iexec = await openSigner(call)
    const options = { storage: provider, forceUpdate: isSet(call, 'forceUpdate') }
    const { isUpdated } = await iexec.storage.pushToken(token, options)
    return {
      raw: { isInitialized: true, isUpdated },
      text: [`The vault has ${isUpdated ? 'the new' : 'your'} token of ${provider}.`],
    }
  },
}

const checkStorageCommand: Command = {
  name: 'check',
  summary: 'look whether the vault has the token of a storage',
  arguments: [PROVIDER],
  options: [CHAIN_OPTION, ...WALLET_OPTIONS, { flags: '--user <address>', summary: 'whose', fallback: 'yours' }],
  examples: [{ line: 'iexec storage check dropbox', meaning: 'no password needed' }],
  run: async (call) => {
    const provider = readProvider(call.args[0])
    await requireVault(call)
    const user = text(call, 'user')
    const owner = user === undefined ? await requireWalletAddress(call) : addressArgument(user, '--user')
    const iexec = await openReader(call)
    const isInitialized = await iexec.storage.checkToken(owner, provider)
    return {
      raw: { isInitialized },
      text: [`The vault has ${isInitialized ? 'the' : 'no'} token of ${provider} of ${owner}.`],
    }
  },
}

function readProvider(given: string | undefined): 'dropbox' {
  if (given === 'dropbox') return given
  const sentence =
    given === 'ipfs'
      ? 'IPFS takes no token: results go there by themselves.'
      : `"${given ?? ''}" is no storage that takes a token.`
  throw new IexecError('InvalidInput', sentence, {
    hints: ['dropbox does.'],
    details: { code: 'InvalidStorage', given },
  })
}

/** In the order of the help. */
export const commands: readonly Command[] = [initStorageCommand, checkStorageCommand]
