// iexec app push-secret and check-secret: what an app's developer gives to his app, and nobody else reads.
import { CliError } from '../../cliError.ts'
import type { Call, Command } from '../../command.ts'
import { CHAIN_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { openReader, openSigner, text } from '../../session.ts'
import { askSecret } from '../../terminal/ask.ts'
import { addressArgumentOf, targetOf } from '../asset/target.ts'

export const pushAppSecretCommand: Command = {
  name: 'push-secret',
  summary: 'give a secret to an app of yours',
  description: 'Gives a secret to an app of yours, for its enclaves. It can never be changed, and never be read back.',
  arguments: [addressArgumentOf('app')],
  options: [
    CHAIN_OPTION,
    ...WALLET_OPTIONS,
    { flags: '--secret-value <value>', summary: 'the secret; asked for when left out, so that nobody sees it' },
  ],
  examples: [{ line: 'iexec app push-secret', meaning: 'asks for the secret' }],
  run: async (call) => {
    const address = await targetOf(call, 'app')
    const value = text(call, 'secretValue') ?? (await askValue(call))
    const iexec = await openSigner(call)
    await iexec.secrets.pushApp(address, value)
    return { raw: {}, json: { address }, text: [`The app ${address} has its secret.`] }
  },
}

async function askValue({ terminal }: Call): Promise<string> {
  if (terminal.isInteractive) return askSecret('Secret of the app', terminal)
  throw new CliError('NoTerminal', 'There is nobody to ask for the secret: this is no terminal.', {
    hints: ['Give it with --secret-value.'],
  })
}

export const checkAppSecretCommand: Command = {
  name: 'check-secret',
  summary: 'look whether an app has a secret',
  arguments: [addressArgumentOf('app')],
  options: [CHAIN_OPTION],
  examples: [{ line: 'iexec app check-secret 0x…', meaning: 'of any app; no password needed' }],
  run: async (call) => {
    const address = await targetOf(call, 'app')
    const iexec = await openReader(call)
    const isSecretSet = await iexec.secrets.checkApp(address)
    return { raw: { isSecretSet }, text: [`The app ${address} has ${isSecretSet ? 'its' : 'no'} secret.`] }
  },
}
