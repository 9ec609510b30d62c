// Step 0004_lists of the tables.

/** What lists are sorted by, when nothing narrows them. */
export const LISTS: readonly string[] = [
  'drop index task_status',
  'create index task_status on task (status, block, log_index)',
  'create index chain_order_kind on chain_order (kind, hash)',
  'create index contribution_block on contribution (block, log_index)',
]
