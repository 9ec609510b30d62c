// Stakes, locks and scores of accounts, as the events of the hub move them.
import { NO_ADDRESS, nextScore, type Verdict } from '@iexec/protocol'
import { fromWide, toWide, WIDE_ZERO } from '@iexec/service'
import type { Address } from 'viem'
import type { AccountTable } from '../db/schema.ts'
import type { MarketEvent } from './events.ts'
import type { Reduction } from './reduction.ts'
import { changeTotal } from './statistics.ts'

/** Free stake moves. What is minted or burnt is what the hub holds. */
export function transfer(reduction: Reduction, { account, counterparty, amount }: MarketEvent<'Transfer'>): void {
  if (account === NO_ADDRESS) changeTotal(reduction, ({ tvl }) => ({ tvl: toWide(fromWide(tvl) + amount) }))
  else changeStake(reduction, account, -amount)
  if (counterparty === NO_ADDRESS) changeTotal(reduction, ({ tvl }) => ({ tvl: toWide(fromWide(tvl) - amount) }))
  else changeStake(reduction, counterparty, amount)
}

/** Funds become locked (more than zero), or are no longer (less). Where they are is told by `Transfer`. */
export function changeLocked(reduction: Reduction, account: Address, amount: bigint): void {
  changeAccount(reduction, account, ({ locked }) => ({ locked: toWide(fromWide(locked) + amount) }))
}

/** A worker is judged; the answer is his score afterwards. */
export function judge(reduction: Reduction, account: Address, verdict: Verdict): bigint {
  const { score } = changeAccount(reduction, account, (row) => ({
    score: toWide(nextScore(fromWide(row.score), verdict)),
  }))
  return fromWide(score)
}

function changeStake(reduction: Reduction, account: Address, amount: bigint): void {
  changeAccount(reduction, account, ({ stake }) => ({ stake: toWide(fromWide(stake) + amount) }))
  // The hub's own stake is what is locked: no order depends on it.
  if (amount < 0n && account !== reduction.hub) reduction.accounts.add(account)
}

function changeAccount(
  { ledger }: Reduction,
  address: Address,
  change: (row: AccountTable) => Partial<AccountTable>,
): AccountTable {
  const row = ledger.get('account', address) ?? { address, stake: WIDE_ZERO, locked: WIDE_ZERO, score: WIDE_ZERO }
  const changed = { ...row, ...change(row) }
  ledger.put('account', changed)
  return changed
}
