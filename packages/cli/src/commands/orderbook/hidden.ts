// Why a book looks empty: what each filter hides, and what is only for somebody in particular.
import type { OrderKind } from '@iexec/protocol'
import type { Iexec } from '@iexec/sdk'
import { filtersOf, type Filters, type Said, type Sought } from './filters.ts'

/** Orders that are there and were not shown. */
export type Hidden = {
  readonly count: number
  /** As it was typed, or the sides of which nobody was named; empty when only all filters together hide them. */
  readonly by: string
  readonly sentence: string
}

/**
 * What an empty book hides.
 *
 * @throws IexecError as the book does
 */
export async function findHidden(iexec: Iexec, sought: Sought): Promise<readonly Hidden[]> {
  const { said, open } = sought
  const found = await Promise.all([
    ...said.map(async (filter) => hiddenBy(await countOf(iexec, sought, replaced(said, filter)), filter.flag)),
    ...open.map(async (side) => hiddenFrom(await countOf(iexec, sought, [...said, anybody(side)]), side)),
  ])
  const each = found.filter(({ count }) => count > 0)
  return each.length > 0 ? each : hiddenTogether(iexec, sought)
}

async function hiddenTogether(iexec: Iexec, sought: Sought): Promise<readonly Hidden[]> {
  const count = await countOf(iexec, sought, [...sought.said.map(without), ...sought.open.map(anybody)])
  const by = sought.said.map(({ flag }) => flag).join(', ')
  if (count === 0) return []
  const sentence =
    by === ''
      ? `${orders(count)} only for somebody in particular: --${sought.open.join(' any --')} any shows all.`
      : `${orders(count)} hidden by ${by} together.`
  return [{ count, by, sentence }]
}

async function countOf({ orderbooks }: Iexec, { kind, subject }: Sought, said: readonly Said[]): Promise<number> {
  const filters = filtersOf({ subject, said })
  const page = await orderbooks.fetch<OrderKind>(kind, { ...filters, pageSize: 10 })
  return page.count
}

function replaced(said: readonly Said[], filter: Said): readonly Said[] {
  return said.map((one) => (one === filter ? without(one) : one))
}

function without({ flag, without: filters }: Said): Said {
  return { flag, filters, without: filters }
}

function anybody(side: string): Said {
  const filters: Filters = { [side]: 'any' }
  return { flag: `--${side}`, filters, without: filters }
}

function hiddenBy(count: number, flag: string): Hidden {
  return { count, by: flag, sentence: `${orders(count)} hidden by ${flag}.` }
}

function hiddenFrom(count: number, side: string): Hidden {
  return {
    count,
    by: side,
    sentence: `${orders(count)} only for certain ${side}s: --${side} <address> shows those for one, --${side} any shows all.`,
  }
}

function orders(count: number): string {
  return count === 1 ? '1 order is' : `${count} orders are`
}
