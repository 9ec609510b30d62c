// Lists of services, page by page.
import type { ServiceName } from '../chain/chainSettings.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { callService, type ServiceCall } from './callService.ts'
import { readCount, readList, readObject } from './parse.ts'

/** One page of a list. */
export type Page<Item> = {
  readonly items: readonly Item[]
  /** Of all pages. */
  readonly count: number
  /** Fetches the next page; absent on the last one. */
  readonly more?: () => Promise<Page<Item>>
}

/** How a list is cut. */
export type PageOptions = {
  /** From 10 to 1000; 20 when left out. */
  readonly pageSize?: number | undefined
  /** 0 is the first; 0 when left out. */
  readonly page?: number | undefined
  readonly signal?: AbortSignal | undefined
}

const LONGEST_PAGE = 1000

/** A list of a service, and how one of its items is read. */
export type ListCall<Item> = PageOptions & {
  readonly path: string
  /** The field of the answer that has the items. */
  readonly field: string
  readonly query: NonNullable<ServiceCall['query']>
  readonly parse: (given: unknown) => Item
}

/**
 * A page of a list of the market, and the way to the next one.
 *
 * @throws IexecError `InvalidInput`, and what `callService` throws
 */
export async function fetchPage<Item>(
  context: Context,
  service: ServiceName,
  call: ListCall<Item>,
): Promise<Page<Item>> {
  const { path, field, parse, signal, pageSize = 20, page = 0 } = call
  requireWhole('pageSize', pageSize, { min: 10, max: LONGEST_PAGE })
  requireWhole('page', page, { min: 0, max: 1_000_000 })
  const query = { chainId: context.chain.chainId, ...call.query, pageIndex: page, pageSize }
  const answer = readObject(await callService(context, service, { path, query, signal }), 'the answer to a list')
  const items = readList(answer[field], field, LONGEST_PAGE).map(parse)
  const count = readCount(answer['count'], 'the length of a list')
  // The value of `nextPage` says nothing; an empty page ends a list that would never end.
  if (answer['nextPage'] === undefined || items.length === 0) return { items, count }
  return { items, count, more: async () => fetchPage(context, service, { ...call, page: page + 1 }) }
}

/**
 * Every item of a list, fetched page by page while they are taken. Lists grow while they are read: one page more than was counted
 * at first is fetched at most, so that a list that never ends is ended.
 */
export async function* eachItem<Item>(first: () => Promise<Page<Item>>): AsyncGenerator<Item, void, void> {
  let page = await first()
  const { count } = page
  let [taken, isLast] = [0, false]
  for (;;) {
    yield* page.items
    taken += page.items.length
    if (isLast || page.more === undefined) return
    isLast = taken >= count
    page = await page.more()
  }
}

function requireWhole(name: string, given: number, { min, max }: { readonly min: number; readonly max: number }): void {
  if (Number.isInteger(given) && given >= min && given <= max) return
  throw new IexecError('InvalidInput', `The ${name} is ${given}, and must be a whole number from ${min} to ${max}.`, {
    details: { code: 'InvalidPage', given, min, max },
  })
}
