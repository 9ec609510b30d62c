// What the HTTP side asks of the other rooms. It is given these functions, so that it can be tried with any of them.
import type { Address, Hex } from 'viem'
import type {
  AccountItem,
  AssetItem,
  AssetQuery,
  CategoryItem,
  CategoryQuery,
  ContributionItem,
  ContributionQuery,
  DealItem,
  DealQuery,
  EventsQuery,
  HistoryItem,
  MatchAnswer,
  MatchWish,
  OrderItem,
  OrderQuery,
  Page,
  Paged,
  PriceItem,
  PriceQuery,
  Refusal,
  SearchQuery,
  SearchResult,
  StatItem,
  StatQuery,
  TaskItem,
  TaskQuery,
  TradeItem,
  UnpublishBody,
  WireAssetKind,
  WireKind,
  WireOrder,
} from '@iexec/wire'
import type { BadgeFacts } from '../badge/drawBadge.ts'
import type { BadgeWish } from '../badge/findBadge.ts'
import type { Reader } from '../db/database.ts'
import type { Market } from '../market.ts'

/** What became of one order that somebody wanted to publish. */
export type Published = { readonly ok: true; readonly published: OrderItem } | Refusal | Unanswered
/** Only the chain could tell, and gave no answer: trying again later may help. */
export type Unanswered = { readonly ok: false; readonly status: 500; readonly error: string; readonly cause: unknown }
/** What became of orders that somebody wanted to take back. */
export type Unpublished = { readonly ok: true; readonly unpublished: readonly Hex[] } | Refusal

/** A page of a list under the name of its items. */
export type Listed<Name extends string, Item> = Paged & { readonly [N in Name]: readonly Item[] }

/** A question for a page of a list. */
export type ListQuestion<Query> = { readonly chainId: number; readonly query: Query; readonly page: Page }

/** An order under the name of its kind. */
export type SignedEntry = { readonly [K in WireKind]: { readonly kind: K; readonly order: WireOrder<K> } }[WireKind]

/** Values for the variables of a GraphQL document. */
export type GraphqlVariables = Readonly<Record<string, unknown>>

/** What GraphQL answers: without `data` when the request could not be run at all. */
export type GraphqlAnswer = { readonly data?: unknown; readonly errors?: readonly unknown[] }

/** The functions of the rooms behind the routes. Addresses, hashes and ids that they get are in lower case. */
export type Rooms = {
  /** Orders of any kinds, each judged for itself; the answers are in their order. */
  readonly publishEntries: (
    market: Market,
    entries: readonly SignedEntry[],
    signedInAs: Address,
  ) => Promise<readonly Published[]>
  readonly unpublishOrders: (
    market: Market,
    wish: UnpublishBody & { readonly kind: WireKind; readonly signedInAs: Address },
  ) => Promise<Unpublished>
  readonly listOrders: <K extends WireKind>(
    reader: Reader,
    question: ListQuestion<OrderQuery<K>> & { readonly kind: K },
  ) => Promise<Listed<'orders', OrderItem<K>>>
  readonly findOrder: (
    reader: Reader,
    question: { readonly chainId: number; readonly kind: WireKind; readonly hash: Hex },
  ) => Promise<OrderItem | undefined>

  readonly listDeals: (reader: Reader, question: ListQuestion<DealQuery>) => Promise<Listed<'deals', DealItem>>
  readonly findDeal: (
    reader: Reader,
    question: { readonly chainId: number; readonly dealid: Hex },
  ) => Promise<DealItem | undefined>
  readonly listOhlc: (reader: Reader, question: { readonly category: number }) => Promise<readonly TradeItem[]>
  readonly listCategories: (
    reader: Reader,
    question: ListQuestion<CategoryQuery>,
  ) => Promise<Listed<'categories', CategoryItem>>
  readonly findCategory: (
    reader: Reader,
    question: { readonly chainId: number; readonly catid: number },
  ) => Promise<CategoryItem | undefined>

  readonly listTasks: (reader: Reader, question: ListQuestion<TaskQuery>) => Promise<Listed<'tasks', TaskItem>>
  readonly findTask: (
    reader: Reader,
    question: { readonly chainId: number; readonly taskid: Hex },
  ) => Promise<(TaskItem & { readonly contributions: readonly ContributionItem[] }) | undefined>
  readonly listContributions: (
    reader: Reader,
    question: ListQuestion<ContributionQuery>,
  ) => Promise<Listed<'contributions', ContributionItem>>
  /** Every address has an account: one that the hub has never seen has zeros. */
  readonly findAccount: (
    reader: Reader,
    question: { readonly chainId: number; readonly address: Address },
  ) => Promise<AccountItem>
  readonly accountHistory: (
    reader: Reader,
    question: { readonly chainId: number; readonly address: Address; readonly page: Page },
  ) => Promise<Listed<'events', HistoryItem>>
  readonly listAssets: (
    reader: Reader,
    question: ListQuestion<AssetQuery> & { readonly kind: WireAssetKind },
  ) => Promise<Listed<'assets', AssetItem>>
  readonly findAsset: (
    reader: Reader,
    question: { readonly chainId: number; readonly kind: WireAssetKind; readonly address: Address },
  ) => Promise<AssetItem | undefined>

  readonly findBadge: (reader: Reader, question: BadgeWish) => Promise<BadgeFacts | undefined>
  readonly statistics: (reader: Reader, question: StatQuery) => Promise<readonly StatItem[]>
  readonly prices: (reader: Reader, question: PriceQuery) => Promise<readonly PriceItem[]>
  readonly search: (reader: Reader, question: SearchQuery) => Promise<readonly SearchResult[]>
  readonly findMatch: (market: Market, wish: MatchWish) => Promise<MatchAnswer>
  /** The answer to a GraphQL request, its errors included. */
  readonly graphql: (
    request: { readonly query: string; readonly variables: GraphqlVariables; readonly operationName: string | null },
    context: { readonly reader: Reader; readonly signal: AbortSignal },
  ) => Promise<GraphqlAnswer>
  /** An endless stream of server-sent events, or who listens too much already. */
  readonly streamEvents: (
    market: Market,
    wish: EventsQuery & {
      readonly lastEventId: string | undefined
      readonly signal: AbortSignal
      /** The address that limits count; `undefined` for this machine itself. */
      readonly client: string | undefined
    },
  ) => ReadableStream<Uint8Array> | { readonly refused: 'client' | 'everybody' }
}
