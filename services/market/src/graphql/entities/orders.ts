// The four kinds of orders as the chain knows them: the rows of the table `chain_order`; and dataset orders of bulks.
import { WIDE_ZERO } from '@iexec/service'
import { sql } from 'kysely'
import * as codec from '../codecs.ts'
import {
  column,
  either,
  integer,
  json,
  lowerCase,
  ofDeal,
  wide,
  type Column,
  type Place,
  type Sql,
} from '../columns.ts'
import { define, many, maybe, one, value, type Entity, type One, type Value } from '../entity.ts'

/** What only a broadcast shows of an order. */
const shown = (key: string): Column => json('broadcast', key)
const shownNumber = (key: string): Value => maybe(value(codec.wideCount, wide(shown(key))))
const shownPrice = (key: string): Value => maybe(value(codec.rlc, wide(shown(key))))
const shownBytes = (key: string): Value => maybe(value(codec.bytes, lowerCase(shown(key))))
const ofOrder = {
  table: 'chain_order',
  key: { is: 'column', name: 'hash', codec: codec.hexId },
  // Of an order that was only signed or closed the chain knows the hash, and nothing that could be shown.
  only: ({ alias }: { readonly alias: string }) =>
    sql`(${sql.ref(`${alias}.broadcast`)} is not null or ${sql.ref(`${alias}.consumed`)} <> ${sql.lit(WIDE_ZERO)})`,
} as const
/** An order of a bulk is shown with its slice: as long as the deal has that task. */
const isOfChainOrSlice = ({ alias }: Place): Sql =>
  sql`(${sql.ref(`${alias}.slice`)} is null or exists (select 1 from bulk_slice as of_order join deal on deal.id = of_order.deal
    where of_order.id = ${sql.ref(`${alias}.slice`)} and of_order.idx < deal.bot_first + deal.bot_size))`
const terms = {
  volume: shownNumber('volume'),
  tag: shownBytes('tag'),
  salt: shownBytes('salt'),
  sign: shownBytes('sign'),
}
const price = (key: string): Value => value(codec.rlc, either(column('price'), wide(shown(key))))
const assetOfOrder = (key: string): Column => either(column('asset'), lowerCase(shown(key)))
const requested = (key: string, name: string): Column => either(lowerCase(shown(key)), ofDeal(name, 'request_hash'))
const categoryOf = (hashColumn: string): One =>
  maybe(one('Category', either(integer(shown('category')), ofDeal('category', hashColumn))))

/** AppOrder, DatasetOrder, WorkerpoolOrder and RequestOrder. */
export const orderEntities: readonly Entity[] = [
  define({
    ...ofOrder,
    name: 'AppOrder',
    kinds: { app: 'AppOrder' },
    fields: {
      app: one('App', assetOfOrder('app')),
      appprice: price('appprice'),
      ...terms,
      datasetrestrict: shownBytes('datasetrestrict'),
      workerpoolrestrict: shownBytes('workerpoolrestrict'),
      requesterrestrict: shownBytes('requesterrestrict'),
      deals: many('Deal', 'apporder'),
    },
  }),
  define({
    ...ofOrder,
    name: 'DatasetOrder',
    table: 'shown_order',
    only: (place) => sql`${ofOrder.only(place)} and ${isOfChainOrSlice(place)}`,
    kinds: { dataset: 'DatasetOrder' },
    fields: {
      dataset: maybe(one('Dataset', assetOfOrder('dataset'))),
      datasetprice: price('datasetprice'),
      ...terms,
      apprestrict: shownBytes('apprestrict'),
      workerpoolrestrict: shownBytes('workerpoolrestrict'),
      requesterrestrict: shownBytes('requesterrestrict'),
      deals: many('Deal', 'datasetorder'),
    },
  }),
  define({
    ...ofOrder,
    name: 'WorkerpoolOrder',
    kinds: { workerpool: 'WorkerpoolOrder' },
    fields: {
      workerpool: one('Workerpool', assetOfOrder('workerpool')),
      workerpoolprice: price('workerpoolprice'),
      ...terms,
      category: categoryOf('workerpool_hash'),
      trust: shownNumber('trust'),
      apprestrict: shownBytes('apprestrict'),
      datasetrestrict: shownBytes('datasetrestrict'),
      requesterrestrict: shownBytes('requesterrestrict'),
      deals: many('Deal', 'workerpoolorder'),
    },
  }),
  define({
    ...ofOrder,
    name: 'RequestOrder',
    kinds: { request: 'RequestOrder' },
    fields: {
      app: maybe(one('App', assetOfOrder('app'))),
      appmaxprice: shownPrice('appmaxprice'),
      dataset: maybe(one('Dataset', requested('dataset', 'dataset'))),
      datasetmaxprice: shownPrice('datasetmaxprice'),
      workerpool: maybe(one('Workerpool', lowerCase(shown('workerpool')))),
      workerpoolmaxprice: shownPrice('workerpoolmaxprice'),
      requester: one('Account', requested('requester', 'requester')),
      ...terms,
      category: categoryOf('request_hash'),
      trust: shownNumber('trust'),
      beneficiary: maybe(one('Account', requested('beneficiary', 'beneficiary'))),
      callback: maybe(one('Account', requested('callback', 'callback'))),
      params: maybe(value(codec.text, either(shown('params'), ofDeal('params', 'request_hash')))),
      deals: many('Deal', 'requestorder'),
    },
  }),
]
