// What a deal would cost, before anything is signed.
import {
  computeDealVolume,
  hasDataset,
  isSameAddress,
  taskPrice,
  type Mismatch,
  type Order,
  type Signed,
} from '@iexec/protocol'
import { encodeFunctionData, hexToBigInt, type Address, type Hex } from 'viem'
import { ask } from '../call/readContract.ts'
import type { Context } from '../context.ts'
import { MATCH_ABI } from './hubOrders.ts'
import {
  judgeOrders,
  mismatchError,
  missingStakeOf,
  type Judged,
  type MatchOptions,
  type OrdersToMatch,
} from './requireMatch.ts'

/** Orders to estimate: the request may still be without its signature. */
export type OrdersToEstimate = Omit<OrdersToMatch, 'request'> & {
  readonly request: Order<'request'> & { readonly sign?: Hex }
}

/** What a deal would cost. RLC in nRLC. */
export type MatchEstimate = {
  /** Number of tasks. */
  readonly volume: bigint
  /** Of one task. */
  readonly perTask: bigint
  /** Of all tasks. */
  readonly total: bigint
  /** What has to be deposited before by who pays; 0 when there is enough. */
  readonly missingStake: bigint
  /** Of the transaction; `undefined` when it cannot be tried yet: stake or signature are missing. */
  readonly gas: bigint | undefined
  readonly gasPriceWei: bigint
}

/**
 * What a deal of these orders would cost. Nothing is signed or sent, so nobody needs to be able to.
 *
 * @throws IexecError `OrdersMismatch` when they cannot make a deal for another reason than missing stake of who pays
 * @example
 * const { total, missingStake } = await estimateMatch(context, { app, workerpool, request })
 */
export async function estimateMatch(
  context: Context,
  given: OrdersToEstimate,
  options: MatchOptions = {},
): Promise<MatchEstimate> {
  const isUnsigned = given.request.sign === undefined
  const request: Signed<'request'> = { ...given.request, sign: given.request.sign ?? '0x' }
  const judged = await judgeOrders(context, { ...given, request }, options)
  const { match, state } = judged
  const mismatches = match.ok ? [] : match.mismatches
  const fatal = mismatches.filter((mismatch) => !isExpected(mismatch, { payer: state.sponsor, isUnsigned }))
  if (fatal.length > 0) throw await mismatchError(fatal, context.signer?.address)
  const [gas, gasPriceWei] = await Promise.all([
    match.ok ? estimateGas(context, judged, options) : undefined,
    ask(context.request, 'eth_gasPrice').then(hexToBigInt),
  ])
  return { ...costOf(judged), missingStake: missingStakeOf(mismatches, state.sponsor), gas, gasPriceWei }
}

type Expected = { readonly payer: Address; readonly isUnsigned: boolean }

/** What can still be put right before the match: a deposit, and the signature of the request. */
function isExpected(mismatch: Mismatch, { payer, isUnsigned }: Expected): boolean {
  if (mismatch.reason === 'RequestOrderNotSigned') return isUnsigned
  return mismatch.reason === 'InsufficientStake' && isSameAddress(mismatch.account, payer)
}

function costOf({ orders, state }: Judged): Pick<MatchEstimate, 'volume' | 'perTask' | 'total'> {
  const { app, dataset, workerpool, request } = state.orders
  const volume = computeDealVolume(orders, {
    app: app.consumed,
    dataset: dataset.consumed,
    workerpool: workerpool.consumed,
    request: request.consumed,
  })
  const perTask = taskPrice({
    app: orders.app.appprice,
    dataset: hasDataset(orders) ? orders.dataset.datasetprice : 0n,
    workerpool: orders.workerpool.workerpoolprice,
  })
  return { volume, perTask, total: perTask * volume }
}

async function estimateGas(context: Context, { orders, state }: Judged, { payer }: MatchOptions): Promise<bigint> {
  const data = encodeFunctionData({
    abi: MATCH_ABI,
    functionName: payer === 'signer' ? 'sponsorMatchOrders' : 'matchOrders',
    args: [orders.app, orders.dataset, orders.workerpool, orders.request],
  })
  const from = context.signer?.address ?? state.sponsor
  return hexToBigInt(await ask(context.request, 'eth_estimateGas', [{ from, to: context.contracts.hub, data }]))
}
