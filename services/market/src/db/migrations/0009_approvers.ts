// Step 0009_approvers of the tables.

/** Who approved an order is told by events; what the hub answered of it may have been of an approval that was undone. */
export const APPROVERS: readonly string[] = [
  'alter table "chain_order" drop column presigned_by',
  // A workerpool has an event for each of its tasks, and few of them hand it over.
  `create index event_handed on event (asset, block, log_index)
    where kind in ('AppTransfer', 'DatasetTransfer', 'WorkerpoolTransfer')`,
]
