// iexec account approve, allowance and revoke: who else may spend RLC of a wallet.
import { formatRlc } from '@iexec/protocol'
import { readRlc } from '../../amount.ts'
import type { Command } from '../../command.ts'
import { CHAIN_OPTION, CONFIRMS_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { addressArgument, openReader, openSigner, requireWalletAddress, text } from '../../session.ts'

const options = [CHAIN_OPTION, ...WALLET_OPTIONS, CONFIRMS_OPTION]
const spenderArgument = { name: 'spender', summary: 'the account that may spend' }

export const approveCommand: Command = {
  name: 'approve',
  summary: 'let another account spend RLC of your wallet',
  arguments: [
    { name: 'amount', summary: 'how much at most, in all' },
    spenderArgument,
    { name: 'unit', summary: 'nRLC or RLC', isOptional: true },
  ],
  options,
  examples: [{ line: 'iexec account approve 5 0x… RLC', meaning: 'up to 5 RLC; it replaces what was allowed before' }],
  run: async (call) => {
    const [given = '', spender, ...unit] = call.args
    const amount = readRlc([given, ...unit])
    const address = addressArgument(spender, 'spender')
    const iexec = await openSigner(call)
    const { txHash } = await iexec.account.approve(address, amount)
    return {
      raw: { txHash },
      json: { txHash, spender: address, amount },
      text: [`${address} may spend ${formatRlc(amount)} of your wallet.`, `  transaction  ${txHash}`],
    }
  },
}

export const allowanceCommand: Command = {
  name: 'allowance',
  summary: 'show how much an account may spend of a wallet',
  arguments: [spenderArgument],
  options: [CHAIN_OPTION, ...WALLET_OPTIONS, { flags: '--user <address>', summary: 'whose wallet', fallback: 'yours' }],
  examples: [{ line: 'iexec account allowance 0x…', meaning: 'what it may spend of yours' }],
  run: async (call) => {
    const spender = addressArgument(call.args[0], 'spender')
    const user = text(call, 'user')
    const owner = user === undefined ? await requireWalletAddress(call) : addressArgument(user, '--user')
    const iexec = await openReader(call)
    const amount = await iexec.account.allowance({ owner, spender })
    return {
      raw: { amount: amount.toString() },
      json: { owner, spender, amount },
      text: [`${spender} may spend ${formatRlc(amount)} of ${owner}.`],
    }
  },
}

export const revokeCommand: Command = {
  name: 'revoke',
  summary: 'take back what an account may spend of your wallet',
  arguments: [spenderArgument],
  options,
  examples: [{ line: 'iexec account revoke 0x…', meaning: 'nothing from now on' }],
  run: async (call) => {
    const spender = addressArgument(call.args[0], 'spender')
    const iexec = await openSigner(call)
    const { txHash } = await iexec.account.revoke(spender)
    return {
      raw: { txHash },
      json: { txHash, spender },
      text: [`${spender} may spend nothing of your wallet.`, `  transaction  ${txHash}`],
    }
  },
}
