// What tasks cost over time: the prices of the deals of each day or hour.
import type { PriceItem, PriceQuery } from '@iexec/wire'
import type { Reader } from '../db/database.ts'
import type { DealTable } from '../db/schema.ts'
import { shownNumber } from '../deal/shown.ts'

/** Only so many deals, the newest, are looked at for one answer: a table that grows must not slow it down. */
const MAX_DEALS = 20_000

/**
 * What the workerpools of one category, or of each, were paid per task, newest first; times without a deal are left out.
 *
 * `days` is how many days (or hours) are told of at most. Only the newest 20,000 deals count.
 *
 * @example
 * await prices(market.read, { category: 0, days: 90 })
 */
export async function prices(reader: Reader, query: PriceQuery): Promise<readonly PriceItem[]> {
  let newest = reader.selectFrom('deal').select(['category', 'timestamp', 'workerpool_price', 'bot_size'])
  if (query.category !== undefined) newest = newest.where('category', '=', query.category)
  const deals = await newest.orderBy('block', 'desc').orderBy('log_index', 'desc').limit(MAX_DEALS).execute()

  const spans = new Map<string, Span>()
  const times = new Set<number>()
  const length = query.per === 'hour' ? 3600 : 86_400
  for (const deal of deals) {
    const start = deal.timestamp - (deal.timestamp % length)
    const day = dayOf(start)
    if (query.to !== undefined && day > query.to) continue
    if (query.from !== undefined && day < query.from) break
    if (times.add(start).size > query.days) break
    const key = `${start} ${deal.category}`
    spans.set(key, withEarlier(spans.get(key) ?? newSpan(start, deal), deal))
  }
  const found = [...spans.values()].toSorted((one, other) => other.start - one.start || one.category - other.category)
  return found.map((span) => toPriceItem(span, query.per === 'hour'))
}

type Deal = Pick<DealTable, 'category' | 'timestamp' | 'workerpool_price' | 'bot_size'>

/** The deals of one category in one span of time, so far. Prices in nRLC. */
type Span = {
  readonly start: number
  readonly category: number
  readonly open: bigint
  readonly high: bigint
  readonly low: bigint
  readonly close: bigint
  readonly paid: bigint
  readonly deals: number
  readonly tasks: bigint
}

function newSpan(start: number, { category, workerpool_price: wide }: Deal): Span {
  const price = BigInt(wide)
  return { start, category, open: price, high: price, low: price, close: price, paid: 0n, deals: 0, tasks: 0n }
}

/** Deals come newest first, so each is the first of those seen. */
function withEarlier(span: Span, deal: Deal): Span {
  const price = BigInt(deal.workerpool_price)
  const tasks = BigInt(deal.bot_size)
  return {
    ...span,
    open: price,
    high: price > span.high ? price : span.high,
    low: price < span.low ? price : span.low,
    paid: span.paid + price * tasks,
    deals: span.deals + 1,
    tasks: span.tasks + tasks,
  }
}

function toPriceItem(span: Span, isHour: boolean): PriceItem {
  return {
    day: dayOf(span.start),
    ...(isHour ? { hour: Math.floor(span.start / 3600) % 24 } : {}),
    category: span.category,
    open: shownNumber(span.open),
    high: shownNumber(span.high),
    low: shownNumber(span.low),
    close: shownNumber(span.close),
    mean: Number(span.paid) / Number(span.tasks),
    deals: span.deals,
    tasks: shownNumber(span.tasks),
  }
}

function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}
