// iexec app request-execution: says on the market what a run may cost, and lets sellers come.
import { formatRlc, type Order } from '@iexec/protocol'
import { paramsOf, requireRunnable, type Iexec, type RunWish } from '@iexec/sdk'
import type { Address } from 'viem'
import type { Call, Command, Outcome } from '../../command.ts'
import { CHAIN_OPTION, FORCE_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { addressArgument, isSet, openSigner } from '../../session.ts'
import { amountOption, wholeOption } from '../../values.ts'
import { askUnder } from '../order/ask.ts'
import { requirePublishable } from '../order/check.ts'
import { plainly } from '../order/plainly.ts'
import { describeOrder } from '../order/words.ts'
import { readWish, WISH_OPTIONS } from './runWish.ts'

export const requestExecutionCommand: Command = {
  name: 'request-execution',
  summary: 'publish a request for runs of an app, at prices of yours',
  description:
    'Publishes a request for runs of an app: it says what each part may cost, and whoever sells all of them makes the deal. The price has to be free on your account. Costs no gas.',
  arguments: [{ name: 'appAddress', summary: 'which one' }],
  options: [
    CHAIN_OPTION,
    ...WALLET_OPTIONS,
    FORCE_OPTION,
    ...WISH_OPTIONS.map((option) => (option.flags.startsWith('--category') ? { ...option, fallback: '0' } : option)),
    { flags: '--app-price <amount...>', summary: 'the most for the app, for one task', fallback: '0' },
    { flags: '--dataset-price <amount...>', summary: 'the most for the dataset, for one task', fallback: '0' },
    { flags: '--workerpool-price <amount...>', summary: 'the most for the workerpool, for one task', fallback: '0' },
    { flags: '--volume <n>', summary: 'how many tasks', fallback: '1' },
  ],
  examples: [
    { line: 'iexec app request-execution 0x… --workerpool-price 0.1 RLC', meaning: 'one task' },
    { line: 'iexec app request-execution 0x… --app-price 3 --volume 10', meaning: 'ten' },
  ],
  run: requestExecution,
}

async function requestExecution(call: Call): Promise<Outcome> {
  const app = addressArgument(call.args[0], 'appAddress')
  const wish = await readWish(call)
  const prices = {
    appmaxprice: amountOption(call, 'appPrice') ?? 0n,
    datasetmaxprice: amountOption(call, 'datasetPrice') ?? 0n,
    workerpoolmaxprice: amountOption(call, 'workerpoolPrice') ?? 0n,
    volume: wholeOption(call, 'volume', 1n) ?? 1n,
  }
  const iexec = await openSigner(call)
  await iexec.apps.show(app)
  if (!isSet(call, 'skipPreflightCheck')) await requireRunnable(iexec.context, wish)
  const request = requestOf(iexec, { app, wish }, prices)
  await askUnder(describeOrder(request), 'Publish it?', call)
  const signed = await iexec.orders.sign(request)
  await requirePublishable(iexec, signed)
  const { orderHash } = await plainly(iexec.orders.publish(signed))
  const total = (prices.appmaxprice + prices.datasetmaxprice + prices.workerpoolmaxprice) * prices.volume
  return {
    raw: { orderHash },
    json: { orderHash, app, ...prices },
    text: [
      `The request is on the market: at most ${formatRlc(total)} in all.`,
      `  order  ${orderHash}`,
      `iexec order show --request ${orderHash} --deals says what became of it.`,
    ],
  }
}

type Prices = Pick<Order<'request'>, 'appmaxprice' | 'datasetmaxprice' | 'workerpoolmaxprice' | 'volume'>

function requestOf(
  { orders }: Iexec,
  { app, wish }: { readonly app: Address; readonly wish: RunWish },
  prices: Prices,
): Order<'request'> {
  const { dataset, workerpool, category, trust, tag, beneficiary, callback } = wish
  const said = Object.entries({ dataset, workerpool, category, trust, tag, beneficiary, callback })
  return orders.createRequest({
    app,
    ...prices,
    params: paramsOf(wish),
    ...Object.fromEntries(said.filter(([, value]) => value !== undefined)),
  })
}
