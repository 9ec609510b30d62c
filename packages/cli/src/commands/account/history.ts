// iexec account history: what happened to an account, as the market tells it.
import { formatRlc, NO_ADDRESS } from '@iexec/protocol'
import type { AccountEvent } from '@iexec/sdk'
import { isAddressEqual, type Address } from 'viem'
import { CliError } from '../../cliError.ts'
import type { Command } from '../../command.ts'
import { CHAIN_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { openReader } from '../../session.ts'
import { wholeOption } from '../../values.ts'
import { table, type Column } from '../orderbook/table.ts'
import { ACCOUNT_ARGUMENT, accountOf } from './show.ts'

const ROWS = 20n
/** What a market answers at once; less than `least` is cut here. */
const PAGE = { least: 10, most: 1000n }

export const accountHistoryCommand: Command = {
  name: 'history',
  summary: 'show what happened to an account on the market',
  description:
    'Shows what happened to an account on the market, the newest first: rewards, what deals hold, RLC and assets that came and went.',
  arguments: [ACCOUNT_ARGUMENT],
  options: [
    CHAIN_OPTION,
    ...WALLET_OPTIONS,
    { flags: '--last <n>', summary: 'how many events, up to 1000', fallback: `${ROWS}` },
  ],
  examples: [{ line: 'iexec account history --last 100', meaning: 'of your wallet; no password needed' }],
  run: async (call) => {
    const last = wholeOption(call, 'last', 1n) ?? ROWS
    if (last > PAGE.most) throw new CliError('Usage', `--last: ${last} is more than ${PAGE.most}.`)
    const address = await accountOf(call)
    const iexec = await openReader(call)
    const { items, count } = await iexec.account.history(address, { pageSize: Math.max(PAGE.least, Number(last)) })
    const events = items.slice(0, Number(last))
    const title = count === 0 ? 'nothing happened' : `${events.length} of ${count} events, the newest first`
    return {
      raw: { address, count, events },
      text: [
        `Account ${address}: ${title}`,
        ...(count === 0
          ? []
          : table(columnsOf(address, iexec.context.contracts.hub), events, call.terminal.streams.output.columns)),
      ],
    }
  },
}

function columnsOf(address: Address, hub: Address): readonly Column<AccountEvent>[] {
  return [
    { title: 'when', cell: ({ blockTimestamp }) => blockTimestamp },
    { title: 'what', cell: whatHappened },
    { title: 'amount', isNumber: true, cell: ({ amount }) => (amount === undefined ? '' : formatRlc(amount)) },
    { title: 'with', isLong: true, cell: (event) => otherSide(event, { address, hub }) },
    {
      title: 'of',
      isLong: true,
      cell: ({ taskId, dealId, orderHash, asset }) => taskId ?? dealId ?? orderHash ?? asset ?? '',
    },
  ]
}

/** The hub makes RLC when they come to it, and unmakes them when they leave: for people these are words of their own. */
function whatHappened({ kind, account, counterparty }: AccountEvent): string {
  if (kind !== 'Transfer') return kind
  if (account === NO_ADDRESS) return 'Deposit'
  return counterparty === NO_ADDRESS ? 'Withdrawal' : kind
}

function otherSide(
  { kind, account, counterparty }: AccountEvent,
  { address, hub }: { readonly address: Address; readonly hub: Address },
): string {
  if (account === undefined || counterparty === undefined) return ''
  const [word, other] = isAddressEqual(account, address) ? ['to', counterparty] : ['from', account]
  if (kind === 'Transfer' && other === NO_ADDRESS) return ''
  return `${word} ${isAddressEqual(other, hub) ? 'the hub' : other}`
}
