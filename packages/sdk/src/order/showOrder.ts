// What became of an order.
import type { OrderKind } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { callService } from '../service/callService.ts'
import { parsePublishedOrder, type PublishedOrder } from '../service/parseOrder.ts'
import { requireSame } from './publishOrder.ts'
import { readStanding } from './readStanding.ts'
import { requireHash } from './unpublishOrder.ts'

/** A published order, and what the chain knows of it: `remaining` is the chain's, the status the market's. */
export type ShownOrder<Kind extends OrderKind = OrderKind> = PublishedOrder<Kind> & {
  /** Tasks of its volume that are spoken for; the whole volume once it was cancelled. */
  readonly consumed: bigint
  readonly presignedBy: Address | undefined
}

/**
 * An order that was published, by its hash, whatever became of it.
 *
 * @throws IexecError `NotFound` when the market has no such order, `InvalidInput`, `NotConfigured`, `ServiceUnreachable`, `BadAnswer`
 * @example
 * (await showOrder(context, 'app', '0x…')).remaining // 999_998n
 */
export async function showOrder<Kind extends OrderKind>(
  context: Context,
  kind: Kind,
  orderHash: Hex,
): Promise<ShownOrder<Kind>> {
  const hash = requireHash(orderHash)
  const [published, standing] = await Promise.all([fetchOrder(context, kind, hash), readStanding(context, hash)])
  const { volume } = published.order
  const remaining = volume > standing.consumed ? volume - standing.consumed : 0n
  return { ...published, ...standing, remaining }
}

/**
 * An order that was published, as the market knows it. The chain is not asked.
 *
 * @throws IexecError as `showOrder` does
 */
export async function fetchOrder<Kind extends OrderKind>(
  context: Context,
  kind: Kind,
  orderHash: Hex,
): Promise<PublishedOrder<Kind>> {
  const hash = requireHash(orderHash)
  try {
    const { chainId } = context.chain
    const answer = await callService(context, 'market', { path: `/${kind}orders/${hash}`, query: { chainId } })
    return requireSame(parsePublishedOrder(context, kind, answer), hash)
  } catch (cause) {
    if (!(cause instanceof IexecError) || cause.details['status'] !== 404) throw cause
    throw new IexecError('NotFound', `The market has no ${kind} order ${hash} on ${context.chain.name}.`, {
      hints: ['It was never published there, or was taken back.'],
      details: { kind, orderHash: hash },
      cause,
    })
  }
}
