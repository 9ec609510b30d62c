// iexec task claim: ends a task that was not finished in time, and brings its price back.
import { asTaskId, dealPrices, formatRlc, taskPrice } from '@iexec/protocol'
import { IexecError } from '@iexec/sdk'
import type { Command } from '../../command.ts'
import { CHAIN_OPTION, CONFIRMS_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { openSigner } from '../../session.ts'
import { tellHowLong } from './moments.ts'

export const claimTaskCommand: Command = {
  name: 'claim',
  summary: 'get the price of a task back that was not finished in time',
  description:
    'Ends a task that was not finished in time: its price goes back to who paid, and workers get their stakes back. Anyone may, and pays only the gas. Tasks that nobody began are claimed with iexec deal claim.',
  arguments: [{ name: 'taskid', summary: 'which one' }],
  options: [CHAIN_OPTION, ...WALLET_OPTIONS, CONFIRMS_OPTION],
  examples: [{ line: 'iexec task claim 0x…', meaning: 'after the final deadline, which iexec task show names' }],
  run: async (call) => {
    const taskId = asTaskId(call.args[0])
    const iexec = await openSigner(call)
    const { deal } = await iexec.tasks.show(taskId).catch(unbegun)
    const { txHash } = await iexec.tasks.claim(taskId).catch(tellHowLong)
    const price = taskPrice(dealPrices(deal))
    return {
      raw: { txHash },
      json: { txHash, task: taskId, price, sponsor: deal.sponsor },
      text: [`The task was claimed: ${formatRlc(price)} went back to ${deal.sponsor}.`, `  transaction  ${txHash}`],
    }
  },
}

/** Only its deal can end a task that was never begun. */
function unbegun(error: unknown): never {
  if (!(error instanceof IexecError) || error.code !== 'NotFound') throw error
  const { code, message, details } = error
  throw new IexecError(code, message, {
    hints: ['iexec deal claim <dealid> also claims tasks that nobody began.', 'Look whether it is of this chain.'],
    details,
    cause: error,
  })
}
