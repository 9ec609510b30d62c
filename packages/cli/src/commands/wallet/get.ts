// iexec wallet get-ether and get-RLC: out of the faucet of the network on this machine, where nothing has a price.
import { formatCoin, formatRlc } from '@iexec/protocol'
import { readCoin, readRlc } from '../../amount.ts'
import type { Argument, Command } from '../../command.ts'
import { CHAIN_OPTION, CONFIRMS_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { openFaucet, requireWalletAddress } from '../../session.ts'

const options = [CHAIN_OPTION, ...WALLET_OPTIONS, CONFIRMS_OPTION]

const argumentsFor = (amount: string, unit: string): readonly Argument[] => [
  { name: 'amount', summary: `how much; ${amount} when left out`, isOptional: true },
  { name: 'unit', summary: unit, isOptional: true },
]

export const getEtherCommand: Command = {
  name: 'get-ether',
  aliases: ['get-eth'],
  summary: 'get coins for your wallet from the network on this machine',
  arguments: argumentsFor('10 ether', 'ether (default), gwei, wei …'),
  options,
  examples: [{ line: 'iexec wallet get-ether', meaning: '10 coins, enough for thousands of transactions' }],
  run: async (call) => {
    const amount = readCoin(call.args.length === 0 ? ['10'] : call.args)
    const to = await requireWalletAddress(call)
    const iexec = await openFaucet(call)
    const { txHash } = await iexec.wallet.sendCoins({ to, amount })
    const from = iexec.context.signer?.address
    return {
      raw: { amount: amount.toString(), from, to, txHash },
      text: [`${formatCoin(amount)} came to ${to}.`, `  transaction  ${txHash}`],
    }
  },
}

export const getRlcCommand: Command = {
  name: 'get-RLC',
  aliases: ['get-rlc'],
  summary: 'get RLC for your wallet from the network on this machine',
  arguments: argumentsFor('100 RLC', 'RLC (default) or nRLC'),
  options,
  examples: [{ line: 'iexec wallet get-RLC 500', meaning: '500 RLC; iexec account deposit brings them to the market' }],
  run: async (call) => {
    const amount = readRlc(call.args.length === 0 ? ['100'] : call.args, 'RLC')
    const to = await requireWalletAddress(call)
    const iexec = await openFaucet(call)
    const { txHash } = await iexec.wallet.sendRlc({ to, amount })
    const from = iexec.context.signer?.address
    return {
      raw: { amount: amount.toString(), from, to, txHash },
      text: [`${formatRlc(amount)} came to ${to}.`, `  transaction  ${txHash}`],
    }
  },
}
