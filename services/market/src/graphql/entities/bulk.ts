// Deals over many datasets at once: what `bulk/` fetched from IPFS. Their rows are shown as long as their deal is there.
import { sql } from 'kysely'
import * as codec from '../codecs.ts'
import type { Place, Sql } from '../columns.ts'
import { define, links, many, maybe, one, value, type Entity } from '../entity.ts'

/** Bulk (its id is the deal's) and BulkSlice (`<deal>-<index>`). */
export const bulkEntities: readonly Entity[] = [
  define({
    name: 'Bulk',
    table: 'bulk',
    key: { is: 'column', name: 'deal', codec: codec.hexId },
    only: ({ alias }) => sql`exists (select 1 from deal as of_bulk where of_bulk.id = ${sql.ref(`${alias}.deal`)})`,
    fields: { hash: value(codec.text, 'cid'), slices: many('BulkSlice', 'bulk'), deal: maybe(one('Deal', 'deal')) },
  }),
  define({
    name: 'BulkSlice',
    // The name that clients ask for.
    plural: 'bulkSliceice',
    table: 'bulk_slice',
    key: { is: 'column', name: 'id', codec: codec.hexId },
    only: wasFetched,
    fields: {
      bulk: one('Bulk', 'deal'),
      hash: value(codec.text, 'cid'),
      task: maybe(one('Task', 'task')),
      index: value(codec.count, 'idx'),
      datasets: links('Dataset', { table: 'bulk_dataset', from: 'slice', into: 'dataset' }),
      datasetOrders: links('DatasetOrder', { table: 'bulk_order', from: 'slice', into: 'id' }),
    },
  }),
]

/** And the deal, which may have been undone, or made again with fewer tasks, still has its task. */
function wasFetched({ alias }: Place): Sql {
  const of = (name: string): Sql => sql.ref(`${alias}.${name}`)
  return sql`(${of('fetched')} = 1 and exists (select 1 from deal as of_slice
    where of_slice.id = ${of('deal')} and ${of('idx')} < of_slice.bot_first + of_slice.bot_size))`
}
