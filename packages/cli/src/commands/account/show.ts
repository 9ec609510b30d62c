// iexec account show: what an account has on the market.
import { formatRlc } from '@iexec/protocol'
import type { Command } from '../../command.ts'
import { CHAIN_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { addressArgument, openReader, requireWalletAddress } from '../../session.ts'

export const showAccountCommand: Command = {
  name: 'show',
  summary: 'show the RLC of an account on the market',
  arguments: [{ name: 'address', summary: 'whose; that of your wallet when left out', isOptional: true }],
  options: [CHAIN_OPTION, ...WALLET_OPTIONS],
  examples: [{ line: 'iexec account show', meaning: 'what you have, and what deals hold of it' }],
  run: async (call) => {
    const [given] = call.args
    const address = given === undefined ? await requireWalletAddress(call) : addressArgument(given, 'address')
    const iexec = await openReader(call)
    const { stake, locked } = await iexec.account.show(address)
    return {
      raw: { balance: { stake: stake.toString(), locked: locked.toString() } },
      json: { address, balance: { stake, locked } },
      text: [`Account ${address}`, `  free    ${formatRlc(stake)}`, `  locked  ${formatRlc(locked)}`],
    }
  },
}
