// Which sets of orders serve a wish together: what one of them uses up, no other one has.
import {
  NO_ADDRESS,
  formatRlc,
  hashOrder,
  isSameAddress,
  workerpoolStake,
  type Mismatch,
  type Signed,
} from '@iexec/protocol'
import { showAccount } from '../account/showAccount.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { explainAll } from '../order/requireMatch.ts'
import { judgeOnChain, priceOf, type Candidate, type OrderSet, type Verdict } from './orderSets.ts'
import type { CheckedWish } from './wish.ts'

/** Sets that can all be bought, one after the other. RLC in nRLC. */
export type ChosenSets = {
  /** The cheapest first. */
  readonly sets: readonly OrderSet[]
  /** Tasks of all sets: perhaps fewer than were wished. */
  readonly volume: bigint
  /** Of all tasks. */
  readonly total: bigint
  /** What the requester has to deposit before; 0 when nobody in particular asks. */
  readonly missingStake: bigint
  /** What stood against those that were not taken. */
  readonly moment: readonly Mismatch[]
}

/**
 * Chooses the cheapest sets that are whole on chain and serve the wish together: an order, or the stake of a workerpool's owner,
 * that several of them need is counted once.
 *
 * @throws IexecError `BadAnswer` when a set breaks the wish, `ChainUnreachable`
 */
export async function chooseSets(
  context: Context,
  wish: CheckedWish,
  candidates: readonly Candidate[],
): Promise<ChosenSets> {
  // Of equal prices the largest, so that there are few deals.
  const sorted = candidates.toSorted(
    (one, other) => Number(priceOf(one) - priceOf(other)) || Number(other.volume - one.volume),
  )
  const verdicts = new Map<Candidate, Verdict>()
  const hashes = new Map<Signed, string>()
  const hashOf = (order: Signed): string => {
    const hash = hashes.get(order) ?? hashOrder(order, context.domain)
    hashes.set(order, hash)
    return hash
  }
  for (;;) {
    const sets = takeMost(wish.volume, sorted, { verdicts, hashOf })
    const unknown = [...sets.keys()].filter((candidate) => !verdicts.has(candidate))
    if (unknown.length === 0) return sumOf(context, wish, { sets: [...sets.values()], verdicts })
    await Promise.all(
      unknown.map(async (candidate) => {
        const verdict = await judgeOnChain(context, wish, candidate)
        await requireHonest(wish, candidate, verdict)
        verdicts.set(candidate, verdict)
      }),
    )
  }
}

/** What the chain said so far. */
type Facts = { readonly verdicts: ReadonlyMap<Candidate, Verdict>; readonly hashOf: (order: Signed) => string }

/** The cheapest; where they are too few, those first whose orders the fewest others need. */
function takeMost(wanted: bigint, sorted: readonly Candidate[], facts: Facts): ReadonlyMap<Candidate, OrderSet> {
  const cheapest = takeCheapest(wanted, sorted, facts)
  if (volumeOf(cheapest.values()) >= wanted) return cheapest
  const keysOf = (set: Candidate): readonly string[] => [set.app, set.workerpool].map(facts.hashOf)
  const needs = new Map<string, number>()
  for (const key of sorted.flatMap(keysOf)) needs.set(key, (needs.get(key) ?? 0) + 1)
  const needOf = (set: Candidate): number => keysOf(set).reduce((sum, key) => sum + (needs.get(key) ?? 0), 0)
  const others = takeCheapest(
    wanted,
    sorted.toSorted((one, other) => needOf(one) - needOf(other)),
    facts,
  )
  return volumeOf(others.values()) > volumeOf(cheapest.values()) ? others : cheapest
}

function volumeOf(sets: Iterable<OrderSet>): bigint {
  return [...sets].reduce((sum, { volume }) => sum + volume, 0n)
}

/** Sets in their order until there are enough tasks; of what is not known yet, the best is hoped. */
function takeCheapest(
  wanted: bigint,
  sorted: readonly Candidate[],
  { verdicts, hashOf }: Facts,
): ReadonlyMap<Candidate, OrderSet> {
  const known = new Map([...verdicts.values()].flatMap(({ left }) => [...left]))
  const stakes = new Map([...verdicts].map(([{ workerpool }, { stake }]) => [workerpool.workerpool, stake]))
  const used = new Map<string, bigint>()
  const sets = new Map<Candidate, OrderSet>()
  let open = wanted
  for (const set of sorted) {
    if (open === 0n) break
    // What there is of something, and how much of it each task takes.
    const limits = [set.app, set.dataset, set.workerpool].flatMap((order) => {
      if (order === undefined) return []
      const key = hashOf(order)
      return [{ key, left: known.get(key) ?? order.volume, each: 1n }]
    })
    const stake = stakes.get(set.workerpool.workerpool)
    const each = workerpoolStake(set.workerpool.workerpoolprice)
    if (stake !== undefined && each > 0n) limits.push({ key: stake.owner, left: stake.free, each })
    const rooms = limits.map((limit) => (limit.left - (used.get(limit.key) ?? 0n)) / limit.each)
    const volume = [open, set.volume, ...rooms].reduce((least, room) => (room < least ? room : least))
    if (volume <= 0n) continue
    for (const limit of limits) used.set(limit.key, (used.get(limit.key) ?? 0n) + volume * limit.each)
    sets.set(set, { ...set, volume, taskPrice: priceOf(set) })
    open -= volume
  }
  return sets
}

type Chosen = { readonly sets: readonly OrderSet[]; readonly verdicts: ReadonlyMap<Candidate, Verdict> }

async function sumOf(context: Context, { requester }: CheckedWish, { sets, verdicts }: Chosen): Promise<ChosenSets> {
  const total = sets.reduce((sum, set) => sum + set.taskPrice * set.volume, 0n)
  const { stake } = isSameAddress(requester, NO_ADDRESS) ? { stake: total } : await showAccount(context, requester)
  return {
    sets: sets.toSorted((one, other) => Number(one.taskPrice - other.taskPrice)),
    total,
    volume: volumeOf(sets),
    missingStake: total > stake ? total - stake : 0n,
    moment: [...verdicts.values()].flatMap(({ moment }) => moment),
  }
}

/** Terms stand in signed orders: a market that offers what breaks the wish did not look, or lies. */
async function requireHonest(wish: CheckedWish, candidate: Candidate, { terms }: Verdict): Promise<void> {
  const price = priceOf(candidate)
  const tooDear =
    wish.maxprice !== undefined && price > wish.maxprice
      ? [`a task costs ${formatRlc(price)}, and may cost ${formatRlc(wish.maxprice)}`]
      : []
  if (terms.length + tooDear.length === 0) return
  const faults = [...(await sentencesOf(terms)), ...tooDear]
  throw new IexecError('BadAnswer', `The market offers orders that break the wish: ${faults.join('; ')}.`, {
    hints: ['Look whether the URL of the market is right; if it is, do not trust this market.'],
    details: { mismatches: terms },
  })
}

/** What stands against sets, in words. */
export async function sentencesOf(mismatches: readonly Mismatch[]): Promise<readonly string[]> {
  return mismatches.length === 0 ? [] : (await explainAll(mismatches)).map(({ sentence }) => sentence)
}
