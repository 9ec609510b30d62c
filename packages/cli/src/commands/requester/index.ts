// iexec requester: secrets that you give to the apps that you run, by names of your own.
import type { Argument, Command } from '../../command.ts'
import { CHAIN_OPTION, SECRET_OPTIONS, WALLET_OPTIONS } from '../../options.ts'
import { readSecret } from '../../secret.ts'
import { addressArgument, openReader, openSigner, requireWalletAddress, text } from '../../session.ts'
import { requireVault } from '../storage/vault.ts'

const NAME: Argument = { name: 'secretName', summary: 'its name: up to 64 letters, digits, - and _' }

const pushSecretCommand: Command = {
  name: 'push-secret',
  summary: 'put a secret for apps that you run into the vault',
  description:
    'Puts a secret for apps that you run into the vault: enclaves get it for runs that name it, as in --secret 1=api-key. It can never be changed, and never be read back.',
  arguments: [NAME],
  options: [CHAIN_OPTION, ...WALLET_OPTIONS, ...SECRET_OPTIONS],
  examples: [
    { line: 'iexec requester push-secret api-key', meaning: 'asks for it, and shows nothing' },
    { line: 'iexec requester push-secret api-key --secret-file key.txt', meaning: 'in scripts' },
  ],
  run: async (call) => {
    const name = nameOf(call.args)
    await requireVault(call)
    const value = await readSecret(call, {
      question: `Secret "${name}"`,
      given: text(call, 'secretValue'),
      path: text(call, 'secretFile'),
      flag: '--secret-file',
    })
    const iexec = await openSigner(call)
    await iexec.secrets.pushRequester({ name, value })
    return { raw: { isPushed: true, name }, text: [`The vault has your secret "${name}".`] }
  },
}

const checkSecretCommand: Command = {
  name: 'check-secret',
  summary: 'look whether the vault has a secret of a requester',
  arguments: [NAME, { name: 'requesterAddress', summary: 'whose; yours when left out', isOptional: true }],
  options: [CHAIN_OPTION, ...WALLET_OPTIONS],
  examples: [{ line: 'iexec requester check-secret api-key', meaning: 'no password needed' }],
  run: async (call) => {
    const name = nameOf(call.args)
    const [, given] = call.args
    await requireVault(call)
    const owner = given === undefined ? await requireWalletAddress(call) : addressArgument(given, 'requesterAddress')
    const iexec = await openReader(call)
    const isSet = await iexec.secrets.checkRequester(owner, name)
    return { raw: { isSet, name }, text: [`The vault has ${isSet ? 'the' : 'no'} secret "${name}" of ${owner}.`] }
  },
}

function nameOf([name = '']: readonly string[]): string {
  return name
}

/** In the order of the help. */
export const commands: readonly Command[] = [pushSecretCommand, checkSecretCommand]
