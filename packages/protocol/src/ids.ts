// Branded identifiers: a deal id can never be passed where a task id is meant, although both are 32 bytes.
import type { Hex } from 'viem'

declare const brand: unique symbol
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name }

/** Key of a deal on the hub: keccak256(request order hash ‖ consumed volume of the request order before the match). */
export type DealId = Branded<Hex, 'DealId'>
/** Key of a task on the hub: keccak256(deal id ‖ index as uint256). */
export type TaskId = Branded<Hex, 'TaskId'>
/** EIP-712 typed-data hash of an order under one hub's domain: the key of its consumption, presignature and events. */
export type OrderHash = Branded<Hex, 'OrderHash'>
/** Seconds since 1970, as the chain counts them. */
export type Instant = Branded<bigint, 'Instant'>
