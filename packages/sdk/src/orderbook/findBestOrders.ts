// The cheapest orders that serve a wish: the market is asked, and what it says is judged here, on the chain as it is now.
import { NO_ADDRESS, formatRlc, isSameAddress, type Mismatch } from '@iexec/protocol'
import { showAccount } from '../account/showAccount.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { explainAll } from '../order/requireMatch.ts'
import { callService } from '../service/callService.ts'
import { asWords, readAmount, readList, readObject, readText } from '../service/parse.ts'
import { parsePublishedOrder } from '../service/parseOrder.ts'
import { findInBooks } from './findInBooks.ts'
import { judgeOnChain, priceOf, type Candidate, type Claimed, type OrderSet, type Verdict } from './orderSets.ts'
import { checkWish, wishQuery, type CheckedWish, type OrderWish } from './wish.ts'

/** The cheapest orders that serve a wish. */
export type BestOrders = {
  /** The cheapest first; each becomes a deal of its own. */
  readonly sets: readonly [OrderSet, ...OrderSet[]]
  /** Tasks of all sets: perhaps fewer than were wished. */
  readonly volume: bigint
  /** nRLC for all tasks. */
  readonly total: bigint
  /** What the requester has to deposit before, in nRLC; 0 when there is enough, or when nobody in particular asks. */
  readonly missingStake: bigint
  /** Where fewer tasks were found than wished: what would have to change for the others. */
  readonly hints: readonly string[]
}

/**
 * The cheapest orders that serve a wish. A market that cannot search is asked for its books instead.
 *
 * Nothing of what the market says is believed: hashes are computed here, terms are judged by the protocol's rules, and owners,
 * signatures, stakes and what is left are read from the chain.
 *
 * @throws IexecError `NoMatch` when no orders serve it, with what would have to change in `hints`; `BadAnswer` when the market
 * offers orders that break the wish; `InvalidInput`, `NotConfigured`, `ServiceUnreachable`, `ServiceRefused`, `ChainUnreachable`
 * @example
 * const { sets: [best] } = await findBestOrders(context, { app: '0x…', category: 0n, maxprice: parseRlc('1 RLC') })
 */
export async function findBestOrders(context: Context, wish: OrderWish): Promise<BestOrders> {
  const checked = checkWish(context, wish)
  const { candidates, hints } = (await askMarket(context, checked)) ?? (await findInBooks(context, checked))
  const judged = await Promise.all(
    candidates.map(async (candidate) => ({ candidate, verdict: await judgeOnChain(context, checked, candidate) })),
  )
  for (const { candidate, verdict } of judged) await requireHonest(checked, candidate, verdict)
  const [first, ...others] = takeSets(judged, checked.volume)
  if (first === undefined) throw await noMatch(judged, hints)
  const sets = [first, ...others] as const
  const total = sets.reduce((sum, set) => sum + set.taskPrice * set.volume, 0n)
  const volume = sets.reduce((sum, set) => sum + set.volume, 0n)
  const missingStake = await missingStakeOf(context, checked, total)
  return { sets, volume, total, missingStake, hints: volume < checked.volume ? hints : [] }
}

/** More sets, suggestions or changes are no answer: each set is a dozen questions to the chain. */
const MOST = 100

/** What the market finds; `undefined` when it cannot search. */
async function askMarket(context: Context, wish: CheckedWish): Promise<Claimed | undefined> {
  let answer: unknown
  try {
    answer = await callService(context, 'market', { path: '/match', query: wishQuery(context, wish) })
  } catch (error) {
    if (error instanceof IexecError && error.details['status'] === 404) return undefined
    throw error
  }
  const { found, matches, missing } = readObject(answer, 'the answer to a wish')
  const hints = readList(missing, 'what is missing', MOST).map(readSuggestion)
  if (found !== true) return { candidates: [], hints }
  return { candidates: readList(matches, 'the matches', MOST).map((given) => readCandidate(context, given)), hints }
}

function readCandidate(context: Context, given: unknown): Candidate {
  const { apporder, datasetorder, workerpoolorder, volume } = readObject(given, 'a match')
  return {
    app: parsePublishedOrder(context, 'app', apporder).order,
    dataset: datasetorder === null ? undefined : parsePublishedOrder(context, 'dataset', datasetorder).order,
    workerpool: parsePublishedOrder(context, 'workerpool', workerpoolorder).order,
    volume: readAmount(volume, 'the volume of a match'),
  }
}

/** What would have to change, in the words of the market. */
function readSuggestion(given: unknown): string {
  const changes = readList(readObject(given, 'a suggestion')['changes'], 'the changes', MOST)
  const sentences = changes.map((change) => asWords(readText(readObject(change, 'a change')['sentence'], 'a change')))
  return `${sentences.join(', and ')}.`.replace(/^./u, (letter) => letter.toUpperCase())
}

type JudgedSet = { readonly candidate: Candidate; readonly verdict: Verdict }

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

/** Sets that are whole on chain, for no more tasks than are wished and than each order has left, shared orders counted once. */
function takeSets(judged: readonly JudgedSet[], wished: bigint): readonly OrderSet[] {
  const used = new Map<string, bigint>()
  const sets: OrderSet[] = []
  let wanted = wished
  for (const { candidate, verdict } of judged.toSorted((one, other) =>
    compare(priceOf(one.candidate), priceOf(other.candidate)),
  )) {
    if (verdict.moment.length > 0) continue
    const left = [...verdict.left].map(([hash, volume]) => volume - (used.get(hash) ?? 0n))
    const volume = [candidate.volume, wanted, ...left].reduce((least, each) => (each < least ? each : least))
    if (volume <= 0n) continue
    for (const hash of verdict.left.keys()) used.set(hash, (used.get(hash) ?? 0n) + volume)
    sets.push({ ...candidate, volume, taskPrice: priceOf(candidate) })
    wanted -= volume
  }
  return sets
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : Number(one > other)
}

async function missingStakeOf(context: Context, { requester }: CheckedWish, total: bigint): Promise<bigint> {
  if (isSameAddress(requester, NO_ADDRESS)) return 0n
  const { stake } = await showAccount(context, requester)
  return total > stake ? total - stake : 0n
}

/** What the market says would have to change; and where it was behind the chain, what happened meanwhile. */
async function noMatch(judged: readonly JudgedSet[], hints: readonly string[]): Promise<IexecError> {
  const moment: readonly Mismatch[] = judged.flatMap(({ verdict }) => verdict.moment)
  const why = moment.length === 0 ? '' : `: ${(await sentencesOf(moment)).join('; ')}`
  const again = moment.length === 0 ? [] : ['The market is behind the chain: try again in a moment.']
  return new IexecError('NoMatch', `No orders on the market serve this wish${why}.`, {
    hints: [...hints, ...again],
    details: { mismatches: moment },
  })
}

async function sentencesOf(mismatches: readonly Mismatch[]): Promise<readonly string[]> {
  return mismatches.length === 0 ? [] : (await explainAll(mismatches)).map(({ sentence }) => sentence)
}
