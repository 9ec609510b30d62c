// Step 0006_withdrawn of the tables.
import { NO_ADDRESS } from '@iexec/protocol'

/** Whose each was, so that there is a bound for each. Of those before, nobody knows. */
export const WITHDRAWN: readonly string[] = [
  `alter table "withdrawn_order" add column signer text not null default '${NO_ADDRESS}'`,
  'alter table "withdrawn_order" add column volume int not null default 0',
  'alter table "withdrawn_order" add column withdrawn_at int not null default 0',
  'create index withdrawn_signer on withdrawn_order (signer, withdrawn_at)',
]
