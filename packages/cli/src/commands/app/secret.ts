// iexec app push-secret and check-secret: what an app's developer gives to his app, and nobody else reads.
import type { Command } from '../../command.ts'
import { CHAIN_OPTION, SECRET_OPTIONS, WALLET_OPTIONS } from '../../options.ts'
import { readSecret } from '../../secret.ts'
import { openReader, openSigner, text } from '../../session.ts'
import { addressArgumentOf, targetOf } from '../asset/target.ts'
import { requireVault } from '../storage/vault.ts'

export const pushAppSecretCommand: Command = {
  name: 'push-secret',
  summary: 'give a secret to an app of yours',
  description: 'Gives a secret to an app of yours, for its enclaves. It can never be changed, and never be read back.',
  arguments: [addressArgumentOf('app')],
  options: [CHAIN_OPTION, ...WALLET_OPTIONS, ...SECRET_OPTIONS],
  examples: [
    { line: 'iexec app push-secret', meaning: 'asks for the secret' },
    { line: 'iexec app push-secret --secret-file secret.txt', meaning: 'in scripts' },
  ],
  run: async (call) => {
    const address = await targetOf(call, 'app')
    await requireVault(call)
    const value = await readSecret(call, {
      question: 'Secret of the app',
      given: text(call, 'secretValue'),
      path: text(call, 'secretFile'),
      flag: '--secret-file',
    })
    const iexec = await openSigner(call)
    await iexec.secrets.pushApp(address, value)
    return { raw: {}, json: { address }, text: [`The app ${address} has its secret.`] }
  },
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
