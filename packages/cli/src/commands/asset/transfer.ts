// Giving an asset away: iexec app transfer.
import type { AssetKind } from '@iexec/sdk'
import type { Command } from '../../command.ts'
import { CliError } from '../../cliError.ts'
import { CHAIN_OPTION, CONFIRMS_OPTION, FORCE_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { addressArgument, isSet, openSigner, receiverArgument, text } from '../../session.ts'
import { confirm } from '../../terminal/ask.ts'
import { ARTICLES, ownedOf } from './view.ts'

/** `iexec <kind> transfer <address> --to <address>` */
export function transferCommand(kind: AssetKind): Command {
  return {
    name: 'transfer',
    summary: `give ${ARTICLES[kind]} of yours to somebody else`,
    description: `Gives ${ARTICLES[kind]} of yours to somebody else. Your orders for it are worth nothing from then on.`,
    arguments: [{ name: `${kind}Address`, summary: 'which one' }],
    options: [
      CHAIN_OPTION,
      ...WALLET_OPTIONS,
      CONFIRMS_OPTION,
      FORCE_OPTION,
      { flags: '--to <address>', summary: 'who receives it' },
    ],
    examples: [{ line: `iexec ${kind} transfer 0x… --to 0x…`, meaning: 'asks once, and cannot be undone' }],
    run: async (call) => {
      const address = addressArgument(call.args[0], `${kind}Address`)
      const given = text(call, 'to')
      if (given === undefined)
        throw new CliError('Usage', 'Nobody is named who receives it.', { hints: ['Name an address with --to.'] })
      const to = receiverArgument(given)
      const iexec = await openSigner(call)
      await confirm(`Give the ${kind} ${address} to ${to}?`, call.terminal, isSet(call, 'force'))
      const { txHash } = await ownedOf(iexec, kind).transfer(address, to)
      return {
        raw: { address, to, txHash },
        text: [`The ${kind} ${address} belongs to ${to}.`, `  transaction  ${txHash}`],
      }
    },
  }
}
