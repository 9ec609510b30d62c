// Buys a run order by order, where `iexec.run` does too much at once: finds the cheapest orders, shows the price before anything is signed, pays, and says which task to watch.
import process from 'node:process'
import { formatRlc } from '@iexec/protocol'
import { IexecError } from '@iexec/sdk'
import { openIexec, typed } from './chain.ts'

const iexec = await openIexec('requester')
const app = typed(0, 'The address of the app') as `0x${string}`

try {
  const { sets, total, missingStake } = await iexec.orderbooks.findBest({ app })
  console.log(`A run costs ${formatRlc(total)}.`)
  if (missingStake > 0n) await iexec.account.deposit(missingStake)

  const [{ app: appOrder, workerpool }] = sets
  const request = iexec.orders.createRequest({
    app,
    appmaxprice: appOrder.appprice,
    workerpool: workerpool.workerpool,
    workerpoolmaxprice: workerpool.workerpoolprice,
    params: { iexec_args: typed(1, 'What the app gets as arguments') },
  })
  const { dealId, txHash } = await iexec.orders.match({
    app: appOrder,
    workerpool,
    request: await iexec.orders.sign(request),
  })
  console.log(`deal ${dealId}`)
  console.log(`transaction ${txHash}`)
} catch (error) {
  if (!(error instanceof IexecError)) throw error
  console.error([`${error.code}: ${error.message}`, ...error.hints].join('\n  '))
  process.exitCode = 1
}
