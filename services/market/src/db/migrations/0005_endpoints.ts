// Step 0005_endpoints of the tables.

/** One word of each owner that a workerpool has had. No engine lets a primary key grow in place. */
export const ENDPOINTS: readonly string[] = [
  'alter table "pool_endpoint" rename to "pool_endpoint_0002"',
  `create table "pool_endpoint" (
    workerpool text not null,
    api_url text not null,
    valid_until text not null,
    signature text not null,
    signer text not null,
    constraint pool_endpoint_of_signer primary key (workerpool, signer)
  )`,
  `insert into "pool_endpoint" (workerpool, api_url, valid_until, signature, signer)
    select workerpool, api_url, valid_until, signature, signer from "pool_endpoint_0002"`,
  'drop table "pool_endpoint_0002"',
]
