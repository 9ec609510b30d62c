// Orders that the chain hears of: consumed, closed, approved, or told to everybody.
import { recoverSigner } from '@iexec/chain/recover'
import { hashOrder, type Signed } from '@iexec/protocol'
import { toWireOrder, wireOfKind, wireOrder } from '@iexec/wire'
import { fromWide, toWide, WIDE_ZERO } from '@iexec/service'
import type { Address, Hex } from 'viem'
import type { ChainOrderTable, OrderKindName } from '../db/schema.ts'
import { placeOf } from './facts.ts'
import type { Reduction } from './reduction.ts'

/** What a deal shows of an order that it consumes. */
export type Consumption = {
  readonly hash: Hex
  readonly kind: OrderKindName
  /** For requests the app. */
  readonly asset: Address
  /** Of an asset's order. */
  readonly price: bigint | undefined
  readonly volume: bigint
}

/** A deal takes a part of an order's volume. */
export function consume(reduction: Reduction, { hash, kind, asset, price, volume }: Consumption): void {
  changeOrder(reduction, { hash, kind }, ({ consumed }) => ({
    asset,
    consumed: toWide(fromWide(consumed) + volume),
    ...(price === undefined ? {} : { price: toWide(price) }),
  }))
  reduction.orders.add(hash)
}

/** Its owner cancels an order, for ever. */
export function closeOrder(reduction: Reduction, kind: OrderKindName, hash: Hex): void {
  changeOrder(reduction, { hash, kind }, () => ({ closed: 1 }))
  reduction.orders.add(hash)
}

/** Its owner approves an order. */
export function approveOrder(reduction: Reduction, kind: OrderKindName, hash: Hex): void {
  changeOrder(reduction, { hash, kind }, () => ({ presigned: 1 }))
}

/** An order that somebody tells of, and where in its block. */
export type Broadcast = { readonly order: Signed; readonly logIndex: number }

/**
 * Somebody tells everybody of an order. Only one that its owner has signed, and that the wire can show, is remembered.
 *
 * @returns its hash
 */
export function broadcastOrder(reduction: Reduction, event: Broadcast): Hex {
  const { order } = event
  const hash = hashOrder(order, reduction.domain)
  const signer = signerOf(reduction, event, hash)
  const body = signer === undefined ? undefined : bodyOf(order)
  if (signer === undefined || body === undefined) return hash
  const { kind } = order
  changeOrder(reduction, { hash, kind }, () => ({ asset: assetOf(order), broadcast: body }))
  reduction.broadcasts.push({ kind, body, hash, signer, timestamp: reduction.block.timestamp })
  return hash
}

/** The asset of an order; for requests the app. */
export function assetOf(order: Signed): Address {
  switch (order.kind) {
    case 'dataset':
      return order.dataset
    case 'workerpool':
      return order.workerpool
    default:
      return order.app
  }
}

/** Who has to have signed, if he has. */
function signerOf({ ledger, block }: Reduction, event: Broadcast, hash: Hex): Address | undefined {
  const { order } = event
  const asset = order.kind === 'request' ? undefined : ledger.get('asset', assetOf(order))
  const owner = order.kind === 'request' ? order.requester : asset?.kind === order.kind ? asset.owner : undefined
  if (owner === undefined) return undefined
  const isSigned = recoverSigner(hash, order.sign) === owner || block.facts.approvals.has(placeOf(block, event))
  return isSigned ? owner : undefined
}

/** The order as JSON of the wire; `undefined` when it does not follow the rules of the wire. */
function bodyOf(order: Signed): string | undefined {
  const shown = toWireOrder(order)
  if (shown === undefined) return undefined
  const read = wireOrder[wireOfKind(order.kind)].safeParse(shown)
  // PostgreSQL takes no NUL, and without it the signature would not hold.
  return read.success && !JSON.stringify(read.data).includes(String.raw`\u0000`) ? JSON.stringify(read.data) : undefined
}

function changeOrder(
  { ledger, block }: Reduction,
  { hash, kind }: { readonly hash: Hex; readonly kind: OrderKindName },
  change: (row: ChainOrderTable) => Partial<ChainOrderTable>,
): void {
  const row = ledger.get('chain_order', hash) ?? {
    hash,
    kind,
    asset: null,
    consumed: WIDE_ZERO,
    closed: 0,
    presigned: 0,
    broadcast: null,
    price: null,
    block: block.number,
  }
  ledger.put('chain_order', { ...row, ...change(row) })
}
