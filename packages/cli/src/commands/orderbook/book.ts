// One book: page after page for whoever reads along, up to a hundred rows for scripts.
import type { OrderKind } from '@iexec/protocol'
import type { AssetKind, Iexec, Page, PublishedOrder } from '@iexec/sdk'
import type { Address } from 'viem'
import type { Call, Outcome } from '../../command.ts'
import { openReader } from '../../session.ts'
import { clean } from '../../terminal/clean.ts'
import { askYesNo } from '../../terminal/ask.ts'
import { filtersOf, readFilters, whoseOf, type Sought } from './filters.ts'
import { findHidden, type Hidden } from './hidden.ts'
import { assetOf, columnsOf, rawRow, RAW_KEYS, type Names } from './rows.ts'
import { table } from './table.ts'

/** Rows of a page in a terminal, and of an answer to a script. */
const ROWS = { page: 20, script: 100 }

type Book = Page<PublishedOrder>

/** Shows the book of a kind. */
export async function showBook(call: Call, kind: OrderKind): Promise<Outcome> {
  const sought = readFilters(call, kind)
  const iexec = await openReader(call)
  const isRead = isReadAlong(call)
  const first = await fetchBook(iexec, sought, isRead ? ROWS.page : ROWS.script)
  if (first.count === 0) return emptyBook(call, iexec, sought)
  const names = call.terminal.format === 'text' ? readNames(iexec, sought) : noNames
  if (!isRead) {
    const lines = pageLines(sought, first, { names: await names(first) })
    return { ...outcomeOf(sought, first), text: [...lines, ...restLine(first, first.items.length)] }
  }
  const shown = await pageThrough(call, { sought, names }, first)
  return { ...outcomeOf(sought, first), text: restLine(first, shown) }
}

/** Somebody sees each page before he is asked for the next one. */
function isReadAlong({ terminal }: Call): boolean {
  return terminal.format === 'text' && terminal.isInteractive && terminal.streams.output.isTTY === true
}

async function fetchBook({ orderbooks }: Iexec, sought: Sought, pageSize: number): Promise<Book> {
  return orderbooks.fetch<OrderKind>(sought.kind, { ...filtersOf(sought), pageSize })
}

type ReadNames = (page: Book) => Promise<Names>

async function noNames(): Promise<Names> {
  return new Map()
}

/** What the assets of a page are called, where a book is of many. */
function readNames(iexec: Iexec, sought: Sought): ReadNames {
  const { kind } = sought
  if ((kind !== 'app' && kind !== 'dataset') || whoseOf(sought) !== undefined) return noNames
  return async ({ items }) => {
    const addresses = [...new Set(items.map(({ order }) => assetOf(order)))].filter((one) => one !== undefined)
    const named = addresses.map(async (one) => [one, (await iexec[`${kind}s`].show(one)).name] as const)
    return new Map(await Promise.all(named))
  }
}

type Pages = { readonly sought: Sought; readonly names: ReadNames }

/** @returns how many were shown */
async function pageThrough({ terminal }: Call, { sought, names }: Pages, first: Book): Promise<number> {
  let shown = 0
  for (let page: Book | undefined = first; page !== undefined; page = await page.more?.()) {
    const where = { before: shown, width: terminal.streams.output.columns, names: await names(page) }
    for (const line of pageLines(sought, page, where)) terminal.streams.output.write(`${clean(line)}\n`)
    shown += page.items.length
    const isLast = page.more === undefined || shown >= page.count
    if (isLast || !(await askYesNo('Show more?', terminal, false))) return shown
  }
  return shown
}

type Where = { readonly before?: number; readonly width?: number | undefined; readonly names: Names }

function pageLines(sought: Sought, { items, count }: Book, { before = 0, width, names }: Where): readonly string[] {
  const { kind } = sought
  const lines = table(columnsOf(kind, whoseOf(sought) !== undefined, names), items, width)
  return before === 0 ? [`${titleOf(sought)}: ${count}, ${ORDERED[kind]}`, ...lines] : lines
}

const ORDERED: { readonly [Kind in OrderKind]: string } = {
  app: 'the cheapest first',
  dataset: 'the cheapest first',
  workerpool: 'the cheapest first',
  request: 'the best paid first',
}

function titleOf(sought: Sought): string {
  const { kind } = sought
  const address = whoseOf(sought)
  const whose = kind === 'request' ? 'Requests' : 'Orders'
  if (address !== undefined) return kind === 'request' ? `${whose} of ${address}` : `${whose} of the ${kind} ${address}`
  return kind === 'request' ? whose : `${whose} of all ${kind}s`
}

function restLine({ count }: Book, shown: number): readonly string[] {
  return shown < count ? [`${shown} of ${count} are shown.`] : []
}

function outcomeOf({ kind }: Sought, { items, count }: Book): Pick<Outcome, 'raw' | 'json'> {
  return {
    raw: { count, [RAW_KEYS[kind]]: items.map(rawRow) },
    json: { count, orders: items },
  }
}

/** Nothing is there, or nothing is seen: which of the two, and why. */
async function emptyBook({ terminal }: Call, iexec: Iexec, sought: Sought): Promise<Outcome> {
  const empty = outcomeOf(sought, { items: [], count: 0 })
  if (terminal.format === 'raw') return { ...empty, text: [] }
  const [hidden, unknown] = await Promise.all([findHidden(iexec, sought), findUnknown(iexec, sought)])
  return {
    raw: empty.raw,
    json: { ...empty.json, hidden: hidden.map(({ by, count }: Hidden) => ({ by, count })) },
    text: [
      `${titleOf(sought)}: none${hidden.length > 0 ? ' to show' : ''}.`,
      ...hidden.map(({ sentence }) => `  ${sentence}`),
      ...(unknown === undefined ? [] : [`  ${unknown}`]),
    ],
  }
}

/** An address at which nothing is never has orders. */
async function findUnknown(iexec: Iexec, sought: Sought): Promise<string | undefined> {
  const { kind } = sought
  const address = whoseOf(sought)
  if (kind === 'request' || address === undefined) return undefined
  if (await isDeployed(iexec, kind, address)) return undefined
  return `There is no ${kind} at this address on ${iexec.context.chain.name}.`
}

async function isDeployed(iexec: Iexec, kind: AssetKind, address: Address): Promise<boolean> {
  return iexec[`${kind}s`].isDeployed(address)
}
