// Step 0007_approvals of the tables.

/** For the latest approval of an order on chain. */
export const APPROVALS: readonly string[] = [
  'create index event_order on event (order_hash, block, log_index) where order_hash is not null',
]
