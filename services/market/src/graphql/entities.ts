// What the subgraph consists of, as one table: each entity with its rows, its fields and how they hang together.
// The GraphQL schema, the filters, the orders and the SQL are all made from it.
import { assetEntities } from './entities/assets.ts'
import { bulkEntities } from './entities/bulk.ts'
import { eventEntities } from './entities/events.ts'
import { marketEntities } from './entities/market.ts'
import { orderEntities } from './entities/orders.ts'
import { workEntities } from './entities/work.ts'
import type { Entity } from './entity.ts'

/** Every entity and interface of the subgraph. */
export const entities: readonly Entity[] = [
  ...marketEntities,
  ...assetEntities,
  ...orderEntities,
  ...workEntities,
  ...bulkEntities,
  ...eventEntities,
]

const byName = new Map(entities.map((entity) => [entity.name, entity]))

/**
 * The entity of a name.
 *
 * @throws Error when the table names one that it does not have
 */
export function entityOf(name: string): Entity {
  const entity = byName.get(name)
  if (entity === undefined) throw new Error(`There is no entity ${name}.`)
  return entity
}
