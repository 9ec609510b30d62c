// The four orders as one discriminated union. Fields keep the run-together names of the wire and of the EIP-712 types.
import type { Address, Hex } from 'viem'

/** What the owner of an app offers: runs at a price, for a volume, to whom the restrictions let in. */
export type AppOrder = {
  readonly app: Address
  readonly appprice: bigint
  readonly volume: bigint
  readonly tag: Hex
  readonly datasetrestrict: Address
  readonly workerpoolrestrict: Address
  readonly requesterrestrict: Address
  readonly salt: Hex
}

/** What the owner of a dataset offers. */
export type DatasetOrder = {
  readonly dataset: Address
  readonly datasetprice: bigint
  readonly volume: bigint
  readonly tag: Hex
  readonly apprestrict: Address
  readonly workerpoolrestrict: Address
  readonly requesterrestrict: Address
  readonly salt: Hex
}

/** What the owner of a workerpool offers: computing of one category, up to a trust. */
export type WorkerpoolOrder = {
  readonly workerpool: Address
  readonly workerpoolprice: bigint
  readonly volume: bigint
  readonly tag: Hex
  readonly category: bigint
  readonly trust: bigint
  readonly apprestrict: Address
  readonly datasetrestrict: Address
  readonly requesterrestrict: Address
  readonly salt: Hex
}

/** What a requester wants, and the most that he pays for it. */
export type RequestOrder = {
  readonly app: Address
  readonly appmaxprice: bigint
  readonly dataset: Address
  readonly datasetmaxprice: bigint
  readonly workerpool: Address
  readonly workerpoolmaxprice: bigint
  readonly requester: Address
  readonly volume: bigint
  readonly tag: Hex
  readonly category: bigint
  readonly trust: bigint
  readonly beneficiary: Address
  readonly callback: Address
  readonly params: string
  readonly salt: Hex
}

/** The fields of each kind of order, by the name of the kind. */
export type OrderFields = {
  readonly app: AppOrder
  readonly dataset: DatasetOrder
  readonly workerpool: WorkerpoolOrder
  readonly request: RequestOrder
}

export type OrderKind = keyof OrderFields

/** One order of any kind: the tag `kind` tells which fields it has. */
export type Order<Kind extends OrderKind = OrderKind> = {
  readonly [K in Kind]: { readonly kind: K } & OrderFields[K]
}[Kind]

/** An order with its signature (65 or 64 bytes, whatever an ERC-1271 account takes, or `0x` when presigned on chain). */
export type Signed<Kind extends OrderKind = OrderKind> = Order<Kind> & { readonly sign: Hex }
