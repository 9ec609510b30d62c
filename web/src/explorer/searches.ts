// What addresses of the explorer's pages say behind the question mark.
import {
  addressField,
  oneOfField,
  searchReader,
  textField,
  wholeField,
  yesField,
  type ListSearch,
  type Search,
} from '../site/search.ts'
import { ASSET_SORTS, type AssetSort } from './assets.ts'
import { CHART_DAYS } from './figures.ts'

type Address = `0x${string}`

/** Which deals. */
export type DealsSearch = ListSearch & {
  readonly category?: number | undefined
  readonly app?: Address | undefined
  readonly dataset?: Address | undefined
  readonly workerpool?: Address | undefined
  readonly requester?: Address | undefined
  readonly beneficiary?: Address | undefined
}

/** Reads which deals. */
export const readDealsSearch: (search: Search) => DealsSearch = searchReader({
  category: wholeField,
  app: addressField,
  dataset: addressField,
  workerpool: addressField,
  requester: addressField,
  beneficiary: addressField,
})

/** States of tasks, in the order of their life. */
export const TASK_STATUSES = ['active', 'revealing', 'completed', 'failed'] as const

/** Which tasks. */
export type TasksSearch = ListSearch & {
  readonly status?: (typeof TASK_STATUSES)[number] | undefined
  readonly app?: Address | undefined
  readonly workerpool?: Address | undefined
  readonly requester?: Address | undefined
  readonly worker?: Address | undefined
}

/** Reads which tasks. */
export const readTasksSearch: (search: Search) => TasksSearch = searchReader({
  status: oneOfField(TASK_STATUSES),
  app: addressField,
  workerpool: addressField,
  requester: addressField,
  worker: addressField,
})

/** Which assets, and how they are sorted. */
export type AssetsSearch = ListSearch & {
  readonly owner?: Address | undefined
  readonly name?: string | undefined
  readonly sort?: AssetSort | undefined
  readonly up?: true | undefined
}

/** Reads which assets. */
export const readAssetsSearch: (search: Search) => AssetsSearch = searchReader({
  owner: addressField,
  name: textField,
  sort: oneOfField(ASSET_SORTS),
  up: yesField,
})

/** What accounts can be sorted by. */
export const ACCOUNT_SORTS = ['stake', 'locked', 'score'] as const

/** How accounts are sorted. */
export type AccountsSearch = ListSearch & {
  readonly sort?: (typeof ACCOUNT_SORTS)[number] | undefined
  readonly up?: true | undefined
}

/** Reads how accounts are sorted. */
export const readAccountsSearch: (search: Search) => AccountsSearch = searchReader({
  sort: oneOfField(ACCOUNT_SORTS),
  up: yesField,
})

/** Which transactions. */
export const readTransactionsSearch: (search: Search) => ListSearch & { readonly from?: Address | undefined } =
  searchReader({ from: addressField })

/** How many days charts show. */
export type ChartSearch = { readonly days?: (typeof CHART_DAYS)[number] | undefined }

/** Reads how many days charts show. */
export const readChartSearch: (search: Search) => ChartSearch = ({ days }) => {
  const chosen = CHART_DAYS.find((count) => count === Number(days))
  return chosen === undefined ? {} : { days: chosen }
}

/** Which part of a page, which page of its list, and how many days its charts show. */
export type TabSearch = ListSearch & ChartSearch & { readonly tab?: string | undefined }

/** Reads which part of a page. */
export const readTabSearch: (search: Search) => TabSearch = (search) => ({
  ...searchReader({ tab: textField })(search),
  ...readChartSearch(search),
})

/** What is searched for. */
export const readQuerySearch: (search: Search) => { readonly q?: string | undefined } & ListSearch = searchReader({
  q: textField,
})
