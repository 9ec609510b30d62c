// The account token as a pure ledger: who holds what freely, who has what locked, and how each operation moves it.
//
// Locked tokens sit on the hub's own account. So the hub's balance is the sum of everything locked, plus what strangers
// sent to its address; and the sum of all free balances, the hub's included, is the total supply.
import type { Address, Hex } from 'viem'
import { NO_ADDRESS, isSameAddress } from '../order/terms.ts'
import { unreachable } from '../unreachable.ts'
import { KITTY_ADDRESS } from './constants.ts'

/** One account, in nRLC: `stake` is free, `locked` is frozen in running deals. */
export type Account = { readonly stake: bigint; readonly locked: bigint }

/** All accounts by lower-case address; one that is absent holds nothing. */
export type Ledger = {
  readonly hub: Address
  readonly accounts: ReadonlyMap<string, Account>
  readonly totalSupply: bigint
}

/** Free balance that an account puts into a running deal, in nRLC. */
export type Lock = { readonly do: 'lock'; readonly account: Address; readonly amount: bigint }

/**
 * One movement of the ledger. Amounts are nRLC; `task` is the reference in the event.
 *
 * `lock`, `unlock`, `reward` and `seize` are the hub's four operations on a deal's money. `fillKitty` gives what was just
 * seized to the kitty, locked there. `mint` and `burn` are deposit and withdrawal; `transfer` moves free balance.
 */
export type LedgerEntry =
  | Lock
  | { readonly do: 'mint' | 'burn' | 'unlock'; readonly account: Address; readonly amount: bigint }
  | { readonly do: 'reward' | 'seize'; readonly account: Address; readonly amount: bigint; readonly task: Hex }
  | { readonly do: 'fillKitty'; readonly amount: bigint; readonly task: Hex }
  | { readonly do: 'transfer'; readonly from: Address; readonly to: Address; readonly amount: bigint }

/** Why the hub refuses a movement: the names and values of its errors. */
export type LedgerRefusal =
  | { readonly reason: 'InsufficientStake'; readonly account: Address; readonly free: bigint; readonly needed: bigint }
  | {
      readonly reason: 'ERC20InsufficientBalance'
      readonly sender: Address
      readonly balance: bigint
      readonly needed: bigint
    }
  | { readonly reason: 'ERC20InvalidReceiver'; readonly receiver: Address }
  | { readonly reason: 'AmountOutOfRange'; readonly amount: bigint; readonly max: bigint }

/** The ledger after a movement, or why there was none. */
export type LedgerStep =
  | { readonly ok: true; readonly ledger: Ledger }
  | { readonly ok: false; readonly refusal: LedgerRefusal }

// The hub keeps balances in 96 bits. RLC's whole supply has 57.
const MAX_SUPPLY = 2n ** 96n - 1n

const EMPTY: Account = { stake: 0n, locked: 0n }

/** A ledger without any account. */
export function emptyLedger(hub: Address): Ledger {
  return { hub, accounts: new Map(), totalSupply: 0n }
}

/** What an address holds. */
export function accountOf(ledger: Ledger, address: Address): Account {
  return ledger.accounts.get(address.toLowerCase()) ?? EMPTY
}

/**
 * Carries out one movement, as the hub does.
 *
 * Expected refusals (too little free balance, the zero address) are answers. To unlock, seize or reward more than is
 * there is a broken promise of the caller and throws.
 *
 * @throws RangeError when a locked balance, or the hub's own, would go below zero
 * @example
 * applyEntry(ledger, { do: 'lock', account: alice, amount: 5n })
 */
export function applyEntry(ledger: Ledger, entry: LedgerEntry): LedgerStep {
  const refusal = whyRefused(ledger, entry)
  return refusal === undefined ? { ok: true, ledger: carriedOut(ledger, entry) } : { ok: false, refusal }
}

/** Carries out movements one after the other: all of them, or none from the first that is refused. */
export function applyEntries(ledger: Ledger, entries: readonly LedgerEntry[]): LedgerStep {
  let current = ledger
  for (const entry of entries) {
    const step = applyEntry(current, entry)
    if (!step.ok) return step
    current = step.ledger
  }
  return { ok: true, ledger: current }
}

function whyRefused(ledger: Ledger, entry: LedgerEntry): LedgerRefusal | undefined {
  switch (entry.do) {
    case 'mint':
      return whyNotMinted(ledger, entry.account, entry.amount)
    case 'transfer':
      if (isSameAddress(entry.to, NO_ADDRESS)) return { reason: 'ERC20InvalidReceiver', receiver: entry.to }
      return whyNotPaid(ledger, entry.from, entry.amount)
    case 'burn':
      return whyNotPaid(ledger, entry.account, entry.amount)
    case 'lock': {
      const free = accountOf(ledger, entry.account).stake
      return free < entry.amount
        ? { reason: 'InsufficientStake', account: entry.account, free, needed: entry.amount }
        : undefined
    }
    default:
      return undefined
  }
}

function whyNotMinted(ledger: Ledger, receiver: Address, amount: bigint): LedgerRefusal | undefined {
  if (isSameAddress(receiver, NO_ADDRESS)) return { reason: 'ERC20InvalidReceiver', receiver }
  const max = MAX_SUPPLY - ledger.totalSupply
  return amount > max ? { reason: 'AmountOutOfRange', amount, max } : undefined
}

function whyNotPaid(ledger: Ledger, sender: Address, needed: bigint): LedgerRefusal | undefined {
  const balance = accountOf(ledger, sender).stake
  return balance < needed ? { reason: 'ERC20InsufficientBalance', sender, balance, needed } : undefined
}

function carriedOut(ledger: Ledger, entry: LedgerEntry): Ledger {
  const { hub } = ledger
  switch (entry.do) {
    case 'mint':
      return supplied(changed(ledger, entry.account, { stake: entry.amount }), entry.amount)
    case 'burn':
      return supplied(changed(ledger, entry.account, { stake: -entry.amount }), -entry.amount)
    case 'transfer':
      return moved(ledger, entry)
    case 'lock':
      return changed(moved(ledger, { from: entry.account, to: hub, amount: entry.amount }), entry.account, {
        locked: entry.amount,
      })
    case 'unlock':
      return moved(changed(ledger, entry.account, { locked: -entry.amount }), {
        from: hub,
        to: entry.account,
        amount: entry.amount,
      })
    case 'reward':
      return moved(ledger, { from: hub, to: entry.account, amount: entry.amount })
    case 'seize':
      return changed(ledger, entry.account, { locked: -entry.amount })
    case 'fillKitty':
      return changed(ledger, KITTY_ADDRESS, { locked: entry.amount })
    default:
      return unreachable(entry)
  }
}

type Movement = { readonly from: Address; readonly to: Address; readonly amount: bigint }

function moved(ledger: Ledger, { from, to, amount }: Movement): Ledger {
  return changed(changed(ledger, from, { stake: -amount }), to, { stake: amount })
}

function supplied(ledger: Ledger, amount: bigint): Ledger {
  return { ...ledger, totalSupply: ledger.totalSupply + amount }
}

function changed(ledger: Ledger, address: Address, by: Partial<Account>): Ledger {
  const before = accountOf(ledger, address)
  const after = { stake: before.stake + (by.stake ?? 0n), locked: before.locked + (by.locked ?? 0n) }
  if (after.stake < 0n || after.locked < 0n) throw new RangeError(`The account ${address} cannot go below zero.`)
  return { ...ledger, accounts: new Map(ledger.accounts).set(address.toLowerCase(), after) }
}
