// What the tests of matching share: states in which orders stand, and why they do not match.
import type { Hex } from 'viem'
import { STATE, tagOf } from '../../test/fitting.ts'
import { matchOrders } from './match.ts'
import type { MatchState } from './matchState.ts'
import type { Mismatch } from './mismatch.ts'
import type { MatchOrders } from './volume.ts'

/** The demand for an enclave. */
export const TEE: Hex = tagOf(1n)

/** Why orders do not match. */
export function mismatchesOf(orders: MatchOrders, state: MatchState = STATE): readonly Mismatch[] {
  const match = matchOrders(orders, state)
  return match.ok ? [] : match.mismatches
}

/** The state in which one order stands otherwise. */
export function withStanding(kind: keyof MatchOrders, change: Partial<MatchState['orders']['app']>): MatchState {
  return { ...STATE, orders: { ...STATE.orders, [kind]: { ...STATE.orders[kind], ...change } } }
}
