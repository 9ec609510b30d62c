// iexec app run: buys a run, follows it, and brings its result home.
import {
  type BoughtDeal,
  readHead,
  requireRunnable,
  IexecError,
  type Iexec,
  type Run,
  type RunState,
  type RunWish,
} from '@iexec/sdk'
import type { DealId } from '@iexec/protocol'
import { CliError } from '../../cliError.ts'
import type { Call, Command, Option, Outcome } from '../../command.ts'
import { CHAIN_OPTION, CONFIRMS_OPTION, FORCE_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { isSet, openSteadySigner } from '../../session.ts'
import { follow } from '../../terminal/liveWatch.ts'
import { amountOption } from '../../values.ts'
import { addressArgumentOf, targetOf } from '../asset/target.ts'
import { withPool } from '../task/withPool.ts'
import { viewRun, type Bought } from './liveView.ts'
import { boughtOutcome, endedOutcome, requireRoomForResult } from './runEnd.ts'
import { findRun } from './runOrders.ts'
import { askToBuy, requireFunds } from './runPrice.ts'
import { readWish, WISH_OPTIONS } from './runWish.ts'

const options: readonly Option[] = [
  CHAIN_OPTION,
  ...WALLET_OPTIONS,
  CONFIRMS_OPTION,
  ...WISH_OPTIONS,
  { flags: '--max-price <amount...>', summary: 'the most that it may cost, all together', fallback: 'you are asked' },
  FORCE_OPTION,
  { flags: '-y, --yes', summary: 'ask nothing, and buy' },
  { flags: '--watch', summary: 'follow it to its end, also with --raw' },
  {
    flags: '--download [path]',
    summary: 'write the result into a file or folder, also with --raw and --json',
    fallback: '<taskid>.zip',
  },
  {
    flags: '--detach',
    summary: 'end as soon as it is bought, and say how to come back',
    excludes: ['watch', 'download'],
  },
]

export const runAppCommand: Command = {
  name: 'run',
  summary: 'buy a run of an app, follow it, and get its result',
  description:
    'Buys a run of an app: finds the cheapest orders, shows price and gas, asks once, deposits what is missing on the market, makes the deal, and follows it until the result is there, is verified and is written here. What is yours (app, dataset, or the named workerpool) costs nothing. Ctrl-C leaves a run that was bought; it goes on. With --raw it ends when the run is bought, unless --watch or --download is given.',
  arguments: [addressArgumentOf('app')],
  options,
  examples: [
    { line: 'iexec app run 0x… --args "--fast"', meaning: 'shows the price, and asks' },
    { line: 'iexec app run 0x… --max-price 1 RLC --yes', meaning: 'asks nothing' },
    { line: 'iexec app run --workerpool deployed --detach', meaning: 'your own app on your own workerpool' },
    { line: 'iexec app run 0x… --download result.zip --trust 10', meaning: 'a result that several workers agree on' },
  ],
  run: runApp,
}

async function runApp(call: Call): Promise<Outcome> {
  const app = await targetOf(call, 'app')
  const wish = { ...(await readWish(call)), maxPrice: amountOption(call, 'maxPrice') }
  await requireRoomForResult(call)
  const iexec = await openSteadySigner(call)
  const user = iexec.context.signer?.address ?? '0x'
  if (!isSet(call, 'skipPreflightCheck')) await preflight(iexec, wish)
  const estimate = await findRun(iexec, { app, user, wish })
  await requireFunds(iexec, user, estimate)
  await askToBuy(call, iexec, estimate)
  const { run, deals } = await buy(call, iexec, estimate)
  if (!isFollowed(call)) return boughtOutcome(run, { estimate, deals })
  // Nobody is there to press Ctrl-C, and a workerpool may never begin.
  if (!call.terminal.isLive && !isSet(call, 'watch')) {
    call.terminal.say(
      `It is followed to its end, which may take hours; --detach ends here, and iexec deal show ${run.dealId} comes back.`,
    )
  }
  const state = await watch(call, iexec, { run, bought: { estimate, deals } })
  return endedOutcome(call, iexec, { run, state, bought: { estimate, deals } })
}

/** The one thing that scripts of the existing command wait for with `--raw` is the deal. */
function isFollowed(call: Call): boolean {
  if (isSet(call, 'detach')) return false
  return call.terminal.format !== 'raw' || isSet(call, 'watch') || call.options['download'] !== undefined
}

async function preflight({ context }: Iexec, wish: RunWish): Promise<void> {
  try {
    await requireRunnable(context, wish)
  } catch (error) {
    if (!(error instanceof IexecError)) throw error
    const { code, message, hints, details } = error
    const skip = code === 'InvalidInput' ? [] : ['--skip-preflight-check buys it all the same.']
    throw new IexecError(code, message, { hints: [...hints, ...skip], details, cause: error })
  }
}

type Purchase = { readonly run: Run; readonly deals: readonly BoughtDeal[] }

/** Whatever happens from here on, the person hears by which id the deal is found. */
async function buy(call: Call, iexec: Iexec, estimate: Bought['estimate']): Promise<Purchase> {
  const deals: BoughtDeal[] = []
  let expected: DealId | undefined
  const interrupted = (): void => {
    const sent = call.begun.deal()
    if (sent !== undefined) call.terminal.warn(`  iexec deal show ${sent} --watch shows the deal, if it is made.`)
  }
  call.signal.addEventListener('abort', interrupted, { once: true })
  try {
    const onRequest = (dealId: DealId): void => {
      // Another request is signed only when there is no deal of the one before, or when it is known.
      if (expected !== undefined && !deals.some((deal) => deal.dealId === expected)) call.begun.notMade(expected)
      expected = dealId
      if (call.signal.aborted) throw deals.length === 0 ? notBought() : leftOf('a part of the run', deals)
      call.begun.expects(dealId)
    }
    const run = await call.begun.finish(async () =>
      iexec.start(estimate, { deposit: 'auto', skipPreflight: true, onRequest, onDeal: (deal) => deals.push(deal) }),
    )
    if (call.signal.aborted) throw leftOf('the run', deals)
    return { run, deals }
  } catch (error) {
    throw error instanceof IexecError ? withWayBack(error, deals[0]?.dealId ?? sentOf(error, call.begun.deal())) : error
  } finally {
    call.signal.removeEventListener('abort', interrupted)
  }
}

/** The deal that may have been made by a transaction of which nobody knows yet what became of it. */
function sentOf({ code }: IexecError, sent: DealId | undefined): DealId | undefined {
  return code === 'NotMined' || code === 'ChainUnreachable' ? sent : undefined
}

function withWayBack(error: IexecError, dealId: DealId | undefined): IexecError {
  if (dealId === undefined) return error
  const { code, message, hints, details } = error
  return new IexecError(code, `${message} Its deal has the id ${dealId}.`, {
    hints: [`iexec deal show ${dealId} --watch shows whether the deal was made, and comes back to it.`, ...hints],
    details: { ...details, dealId },
    cause: error,
  })
}

function notBought(): CliError {
  return new CliError('Interrupted', 'You left before the run was bought: no deal was made.', {
    hints: ['What was deposited is yours: iexec account show has it, iexec account withdraw brings it home.'],
  })
}

function leftOf(bought: string, deals: readonly BoughtDeal[]): CliError {
  const ids = deals.map(({ dealId }) => dealId)
  const word = ids.length === 1 ? 'deal' : 'deals'
  return new CliError('Interrupted', `You left; ${bought} was bought and goes on, as the ${word} ${ids.join(', ')}.`, {
    hints: [
      ...ids.map((dealId) => `iexec deal show ${dealId} --watch comes back to it.`),
      'iexec task show <taskid> --download brings its result.',
    ],
  })
}

type Followed = { readonly run: Run; readonly bought: Bought }

async function watch(call: Call, iexec: Iexec, { run, bought }: Followed): Promise<RunState> {
  const { signal } = call
  const [task, ...more] = run.taskIds
  const states = run.progress({ signal })
  const single = more.length === 0 ? task : undefined
  try {
    return await follow(call, withPool(iexec, { states, task: single, dealid: run.dealId, signal }), {
      view: async (state) => viewRun(bought, state, (await readHead(iexec.context)).now),
      left: {
        sentence: `You left; the run goes on, as the deal ${run.dealId}.`,
        hints: [
          `iexec deal show ${run.dealId} --watch comes back to it.`,
          ...run.taskIds.slice(0, 1).map((id) => `iexec task show ${id} --download brings its result.`),
        ],
      },
    })
  } catch (error) {
    throw error instanceof IexecError ? withWayBack(error, run.dealId) : error
  }
}
