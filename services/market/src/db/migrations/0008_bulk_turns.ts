// Step 0008_bulk_turns of the tables.
import { NO_ADDRESS } from '@iexec/protocol'

/** Bulks take turns by their requesters. */
export const BULK_TURNS: readonly string[] = [
  `alter table "bulk" add column requester text not null default '${NO_ADDRESS}'`,
  `update "bulk" set requester = coalesce((select deal.requester from deal where deal.id = bulk.deal), requester)`,
  'create index bulk_turn on bulk (requester, next_at, deal) where next_at is not null',
]
