// Deals over many datasets at once. Their lists are files on IPFS (`bulk_cid` in the params of the deal), which nothing fetches
// yet: the types are complete and have no rows. Whoever adds the tables names them here, and gives `links` a table.
import * as codec from '../codecs.ts'
import { define, links, many, maybe, one, value, type Entity } from '../entity.ts'

const key = { is: 'column', name: 'id', codec: codec.hexId } as const

/** Bulk (its id is the deal's) and BulkSlice (`<deal>-<index>`). */
export const bulkEntities: readonly Entity[] = [
  define({
    name: 'Bulk',
    key,
    fields: { hash: value(codec.text, 'hash'), slices: many('BulkSlice', 'bulk'), deal: maybe(one('Deal', 'id')) },
  }),
  define({
    name: 'BulkSlice',
    // The name that clients ask for.
    plural: 'bulkSliceice',
    key,
    fields: {
      bulk: one('Bulk', 'bulk'),
      hash: value(codec.text, 'hash'),
      task: maybe(one('Task', 'task')),
      index: value(codec.count, 'idx'),
      datasets: links('Dataset'),
      datasetOrders: links('DatasetOrder'),
    },
  }),
]
