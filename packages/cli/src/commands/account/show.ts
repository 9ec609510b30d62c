// iexec account show: what an account has on the market.
import { formatRlc } from '@iexec/protocol'
import { getAddress, isAddress } from 'viem'
import { CliError } from '../../cliError.ts'
import type { Command } from '../../command.ts'
import { CHAIN_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { openReader, walletAddress } from '../../session.ts'

export const showAccountCommand: Command = {
  name: 'show',
  summary: 'show the RLC of an account on the market',
  arguments: [{ name: 'address', summary: 'whose; that of your wallet when left out', isOptional: true }],
  options: [CHAIN_OPTION, ...WALLET_OPTIONS],
  examples: [{ line: 'iexec account show', meaning: 'what you have, and what deals hold of it' }],
  run: async (call) => {
    const given = call.args[0] ?? (await walletAddress(call))
    if (given === undefined)
      throw new CliError('NoWallet', 'There is no wallet, and no address was given.', {
        hints: ['iexec account show 0x…'],
      })
    if (!isAddress(given, { strict: false }))
      throw new CliError('Usage', `${given} is no address.`, { hints: ['Give 0x and 40 hex digits.'] })
    const address = getAddress(given)
    const iexec = await openReader(call)
    const { stake, locked } = await iexec.account.show(address)
    return {
      raw: { balance: { stake: stake.toString(), locked: locked.toString() } },
      json: { address, balance: { stake, locked } },
      text: [`Account ${address}`, `  free    ${formatRlc(stake)}`, `  locked  ${formatRlc(locked)}`],
    }
  },
}
