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

/** Which part of a page, and which page of its list. */
export type TabSearch = ListSearch & { readonly tab?: string | undefined }

/** Reads which part of a page. */
export const readTabSearch: (search: Search) => TabSearch = searchReader({ tab: textField })

/** What is searched for. */
export const readQuerySearch: (search: Search) => { readonly q?: string | undefined } & ListSearch = searchReader({
  q: textField,
})
