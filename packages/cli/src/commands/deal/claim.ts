// iexec deal claim: ends all tasks of a deal that were not finished in time, and brings their price back.
import { asDealId, dealPrices, formatRlc, taskPrice } from '@iexec/protocol'
import { IexecError, type ClaimedDeal } from '@iexec/sdk'
import type { Command } from '../../command.ts'
import { CHAIN_OPTION, CONFIRMS_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { rows } from '../../rows.ts'
import { openSigner } from '../../session.ts'
import { tellHowLong } from '../task/moments.ts'

export const claimDealCommand: Command = {
  name: 'claim',
  summary: 'get the price of all tasks back that were not finished in time',
  description:
    'Ends every task of a deal that was not finished in time: its price goes back to who paid. Anyone may, after the final deadline, and pays only the gas. Tasks that nobody began are claimed as well.',
  arguments: [{ name: 'dealid', summary: 'which one' }],
  options: [CHAIN_OPTION, ...WALLET_OPTIONS, CONFIRMS_OPTION],
  examples: [{ line: 'iexec deal claim 0x…', meaning: 'after the final deadline, which iexec deal show names' }],
  run: async (call) => {
    const dealId = asDealId(call.args[0])
    const iexec = await openSigner(call)
    const deal = await iexec.deals.show(dealId)
    const { claimed, transactions } = await iexec.deals.claim(dealId).catch(tellHowLong).catch(tellWhatWasClaimed)
    const count = Object.keys(claimed).length
    const price = BigInt(count) * taskPrice(dealPrices(deal))
    const tasks = `${count} ${count === 1 ? 'task was' : 'tasks were'} claimed`
    return {
      raw: { claimed, transactions },
      json: { deal: dealId, claimed, transactions, price, sponsor: deal.sponsor },
      text:
        count === 0
          ? [`Nothing of the deal ${dealId} is left to claim.`]
          : [
              `${tasks}: ${formatRlc(price)} went back to ${deal.sponsor}.`,
              ...rows(transactions.map(({ txHash }) => ['transaction', txHash])),
            ],
    }
  },
}

/** A later transaction may fail: what the former ones brought is not kept silent about. */
function tellWhatWasClaimed(error: unknown): never {
  if (!(error instanceof IexecError)) throw error
  const { claimed = {} } = error.details as Partial<ClaimedDeal>
  const count = Object.keys(claimed).length
  if (count === 0) throw error
  const { code, message, hints, details } = error
  throw new IexecError(code, `${message} ${count} ${count === 1 ? 'task was' : 'tasks were'} claimed before that.`, {
    hints: ['Call it again for the others.', ...hints],
    details,
    cause: error,
  })
}
