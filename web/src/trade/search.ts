// What addresses of the market's pages say behind the question mark, read with distrust.
import { FIELDS, ORDER_KINDS, type FieldName, type OrderKind, type Typed } from './terms.ts'

/** Which orders of a book are shown. */
export type BookSearch = { readonly trust?: number | undefined; readonly tee?: boolean | undefined }

/** What a form of an order begins with. */
export type PlaceSearch = { readonly kind?: OrderKind | undefined } & Typed

/** Who somebody is in a deal. */
export const ROLES = ['requester', 'app', 'dataset', 'workerpool'] as const

/** One of them. */
export type Role = (typeof ROLES)[number]

/** Which part of one's own is shown: which tab, whether also orders that are over, and deals in which role. */
export type MineSearch = {
  readonly tab?: string | undefined
  readonly all?: true | undefined
  readonly as?: Role | undefined
}

type Search = Readonly<Record<string, unknown>>

/** Which orders of a book: those of at least this trust, those with enclaves alone. */
export function readBookSearch({ trust, tee }: Search): BookSearch {
  const wish = Number(trust)
  return {
    ...(Number.isSafeInteger(wish) && wish > 1 ? { trust: wish } : {}),
    ...(tee === true || tee === 'true' ? { tee: true } : {}),
  }
}

/** Never taken from a link: whoever wrote it would be the only one to read what others pay for. */
const OWN_CHOICE: FieldName = 'beneficiary'

/** What a form begins with: the kind, and any of its fields as texts. */
export function readPlaceSearch(search: Search): PlaceSearch {
  const kind = ORDER_KINDS.find((one) => one === search['kind'])
  const names = FIELDS[kind ?? 'request'].map(({ name }) => name).filter((name) => name !== OWN_CHOICE)
  const typed = names.flatMap((name): readonly (readonly [FieldName, string])[] => {
    const value = search[name]
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value).slice(0, 2_000)]] : []
  })
  return { ...(kind === undefined ? {} : { kind }), ...Object.fromEntries(typed) }
}

/** Deals that were bought on the page of an order, or are on their way: as `0x…,0x…`, so that a reload finds them. */
export type DealsSearch = { readonly deals?: string | undefined }

/** More deals one purchase hardly becomes. */
const MOST_DEALS = 50

/** Deals that an address names. */
export function readDealsSearch({ deals }: Search): DealsSearch {
  if (typeof deals !== 'string') return {}
  const ids = deals
    .toLowerCase()
    .split(',')
    .filter((id) => /^0x[0-9a-f]{64}$/u.test(id))
  return ids.length === 0 ? {} : { deals: [...new Set(ids)].slice(0, MOST_DEALS).join(',') }
}

/** Which part of one's own; the tab is any word, as the page knows best. */
export function readMineSearch({ tab, all, as }: Search): MineSearch {
  const role = ROLES.find((one) => one === as)
  return {
    ...(typeof tab === 'string' ? { tab } : {}),
    ...(all === true || all === 'true' ? { all: true } : {}),
    ...(role === undefined ? {} : { as: role }),
  }
}
