// The cheapest orders that serve a wish: the market is asked, and what it says is judged here, on the chain as it is now.
import type { Mismatch } from '@iexec/protocol'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { callService } from '../service/callService.ts'
import { asWords, readAmount, readList, readObject, readText } from '../service/parse.ts'
import { parsePublishedOrder } from '../service/parseOrder.ts'
import { chooseSets, sentencesOf } from './chooseSets.ts'
import { findInBooks } from './findInBooks.ts'
import type { Candidate, Claimed, OrderSet } from './orderSets.ts'
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
  const { candidates, hints, missing } = (await askMarket(context, checked)) ?? (await findInBooks(context, checked))
  let chosen = await chooseSets(context, checked, candidates)
  if (candidates.length > 0 && chosen.volume < checked.volume) {
    // Some of it is not there, or the market did not find the way to serve all.
    const books = await findInBooks(context, checked)
    chosen = await chooseSets(context, checked, [...candidates, ...books.candidates])
  }
  const { moment, sets, ...sums } = chosen
  const [first, ...others] = sets
  if (first === undefined) throw await noMatch(moment, hints, missing)
  return { ...sums, sets: [first, ...others], hints: sums.volume < checked.volume ? hints : [] }
}

/** More sets, suggestions or changes are no answer. */
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
  // What is missing of several orders may be one thing.
  const hints = [...new Set(readList(missing, 'what is missing', MOST).map(readSuggestion))]
  if (found !== true) return { candidates: [], hints, missing }
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

/** What the market says would have to change; and where it was behind the chain, what happened meanwhile. */
async function noMatch(moment: readonly Mismatch[], hints: readonly string[], missing: unknown): Promise<IexecError> {
  const why = moment.length === 0 ? '' : `: ${(await sentencesOf(moment)).join('; ')}`
  const again = moment.length === 0 ? [] : ['The market is behind the chain: try again in a moment.']
  return new IexecError('NoMatch', `No orders on the market serve this wish${why}.`, {
    hints: [...hints, ...again],
    details: { mismatches: moment, missing },
  })
}
