// Buys a set of orders, and knows afterwards every deal that its request became.
import { dealId, hashOrder, type DealId, type Signed } from '@iexec/protocol'
import type { Context, Executed } from '../context.ts'
import { showDeal } from '../deal/showDeal.ts'
import { IexecError } from '../error/iexecError.ts'
import { manageOrder } from '../order/manageOrder.ts'
import { matchOrders } from '../order/matchOrders.ts'
import { readStanding } from '../order/readStanding.ts'
import type { OrderSet } from '../orderbook/orderSets.ts'

/** A deal of a run; without a transaction, where others made it of the request. */
export type BoughtDeal = Partial<Executed> & {
  readonly dealId: DealId
  /** Number of tasks. */
  readonly volume: bigint
}

/** What became of a set. */
export type BoughtSet = {
  /** In the order of their tasks. */
  readonly deals: readonly BoughtDeal[]
  /** Why there was no deal of ours: others took the orders. */
  readonly refusal: IexecError | undefined
}

/**
 * Buys a set with a request of its own. As soon as its transaction is sent, everybody knows the request, and may make deals of it at
 * its prices, before ours too: they are the buyer's like his own. What is left of it then is closed, so that nobody takes it later.
 *
 * @param onDeal hears of each deal, also of those before something fails
 * @throws IexecError whatever `matchOrders` throws but for orders that others took; when the rest cannot be closed, with the request
 * in `details`
 */
export async function buySet(
  context: Context,
  set: OrderSet & { readonly request: Signed<'request'> },
  onDeal: (deal: BoughtDeal) => void,
): Promise<BoughtSet> {
  const { request } = set
  let made: BoughtDeal | undefined
  let refusal: IexecError | undefined
  try {
    made = await matchOrders(context, set)
  } catch (error) {
    if (!isTaken(error)) throw error
    refusal = error
    // What was refused before it was sent is known to nobody.
    if (error.details['txHash'] === undefined) return { deals: [], refusal }
  }
  const isWhole = made?.volume === request.volume
  const unclosed = isWhole ? undefined : await closeRest(context, request)
  const deals =
    isWhole && made !== undefined ? [made] : await dealsOf(context, request, made).catch(throwAfter(made, onDeal))
  for (const deal of deals) onDeal(deal)
  if (unclosed !== undefined && volumeOf(deals) < request.volume) throw unclosed
  return { deals, refusal }
}

/** Number of tasks of deals. */
export function volumeOf(deals: readonly BoughtDeal[]): bigint {
  return deals.reduce((sum, { volume }) => sum + volume, 0n)
}

function isTaken(error: unknown): error is IexecError {
  return error instanceof IexecError && (error.code === 'OrdersMismatch' || error.code === 'Refused')
}

function throwAfter(made: BoughtDeal | undefined, onDeal: (deal: BoughtDeal) => void): (error: unknown) => never {
  return (error) => {
    if (made !== undefined) onDeal(made)
    throw error
  }
}

/** @returns why it is still open */
async function closeRest(context: Context, request: Signed<'request'>): Promise<IexecError | undefined> {
  const { consumed } = await readStanding(context, hashOrder(request, context.domain))
  if (consumed >= request.volume) return undefined
  try {
    await manageOrder(context, request, 'close')
    return undefined
  } catch (cause) {
    const { code, message, hints, details } =
      cause instanceof IexecError ? cause : new IexecError('Refused', String(cause))
    return new IexecError(code, `${message} Until the request is closed, others may make deals of it, at its prices.`, {
      hints: ['Close it: orders.cancel(details.request).', ...hints],
      details: { ...details, request },
      cause,
    })
  }
}

/** All deals of a request, found by their ids: each begins where the one before it ends. */
async function dealsOf(
  context: Context,
  request: Signed<'request'>,
  made: BoughtDeal | undefined,
): Promise<readonly BoughtDeal[]> {
  const hash = hashOrder(request, context.domain)
  const deals: BoughtDeal[] = []
  for (;;) {
    const id = dealId(hash, volumeOf(deals))
    const deal = await showDeal(context, id).catch((error: unknown) => {
      if (!(error instanceof IexecError) || error.code !== 'NotFound') throw error
    })
    if (deal === undefined) return deals
    deals.push(id === made?.dealId ? made : { dealId: id, volume: deal.botSize })
  }
}
