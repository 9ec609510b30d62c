// History: events of the chain about an account or an asset, newest first.
import type { Address, Hex } from 'viem'
import { z } from 'zod'
import { address, count, hash, origin, type Origin } from './shape.ts'

/** One event of the chain. What its kind does not have is null. */
export type HistoryItem = Origin & {
  /** `<block>-<log index>` */
  readonly id: string
  readonly chainId: number
  /** Name of the Solidity event; transfers of registries are `AppTransfer`, `DatasetTransfer`, `WorkerpoolTransfer`. */
  readonly kind: string
  /** Whom it is about: owner of an amount, worker, `from` of a transfer. */
  readonly account: Address | null
  /** `to` of a transfer. */
  readonly counterparty: Address | null
  readonly asset: Address | null
  readonly dealid: Hex | null
  readonly taskid: Hex | null
  readonly orderHash: Hex | null
  /** nRLC. */
  readonly amount: number | null
  /** What else it says. */
  readonly detail: Readonly<Record<string, string>> | null
}

/** Reads an event of the chain. */
export const historyItem: z.ZodType<HistoryItem> = z
  .object({
    id: z.string(),
    chainId: count,
    kind: z.string(),
    account: address.nullable(),
    counterparty: address.nullable(),
    asset: address.nullable(),
    dealid: hash.nullable(),
    taskid: hash.nullable(),
    orderHash: hash.nullable(),
    amount: count.nullable(),
    detail: z.record(z.string(), z.string()).nullable(),
    ...origin,
  })
  .meta({ id: 'Event' })

/** An asset changing hands; its registration comes from the zero address. */
export type TransferItem = Origin & { readonly from: Address; readonly to: Address }

/** Reads a transfer of an asset. */
export const transferItem: z.ZodType<TransferItem> = z.object({ from: address, to: address, ...origin })
