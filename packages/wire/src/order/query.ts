// What a list of orders can be asked for.
import type { Address, Hex } from 'viem'
import { z } from 'zod'
import { bytes32, flag, oneOf, soughtAddress, soughtAddressOrAny, soughtWhole, whole } from '../field.ts'
import type { WireOrderStatus } from './item.ts'
import type { WireKind } from './kind.ts'

/**
 * Every filter that some kind knows. Addresses are in lower case; `any` means every address. A flag that is absent is false.
 *
 * `app`, `dataset`, `workerpool` and `requester` are the subject of their own kind; a request is also sought by the app,
 * dataset and requester it names. On the other kinds they are restrictions: absent means only orders without the restriction.
 * Orders that are no longer open are found with `status`, those of one owner or requester only.
 */
export type OrderFilters = {
  readonly app?: Address | 'any' | undefined
  readonly dataset?: Address | 'any' | undefined
  readonly workerpool?: Address | 'any' | undefined
  readonly requester?: Address | 'any' | undefined
  readonly beneficiary?: Address | undefined
  readonly isAppStrict?: boolean | undefined
  readonly isDatasetStrict?: boolean | undefined
  readonly isWorkerpoolStrict?: boolean | undefined
  readonly isRequesterStrict?: boolean | undefined
  readonly appOwner?: Address | undefined
  readonly datasetOwner?: Address | undefined
  readonly workerpoolOwner?: Address | undefined
  readonly category?: number | undefined
  readonly minTag?: Hex | undefined
  readonly maxTag?: Hex | undefined
  readonly minTrust?: number | undefined
  readonly maxTrust?: number | undefined
  readonly minVolume?: number | undefined
  readonly bulkOnly?: boolean | undefined
  readonly status?: WireOrderStatus | 'any' | undefined
}

type Tagged = 'minTag' | 'maxTag' | 'minVolume' | 'status'
type FilterOf = {
  readonly apporder:
    | 'app'
    | 'appOwner'
    | 'dataset'
    | 'isDatasetStrict'
    | 'workerpool'
    | 'isWorkerpoolStrict'
    | 'requester'
    | 'isRequesterStrict'
    | Tagged
  readonly datasetorder:
    | 'dataset'
    | 'datasetOwner'
    | 'app'
    | 'isAppStrict'
    | 'workerpool'
    | 'isWorkerpoolStrict'
    | 'requester'
    | 'isRequesterStrict'
    | 'bulkOnly'
    | Tagged
  readonly workerpoolorder:
    | 'workerpool'
    | 'workerpoolOwner'
    | 'category'
    | 'app'
    | 'isAppStrict'
    | 'dataset'
    | 'isDatasetStrict'
    | 'requester'
    | 'isRequesterStrict'
    | 'minTrust'
    | Tagged
  readonly requestorder:
    | 'app'
    | 'dataset'
    | 'requester'
    | 'beneficiary'
    | 'category'
    | 'workerpool'
    | 'isWorkerpoolStrict'
    | 'maxTrust'
    | Tagged
}

/** The filters of one kind. Those of any kind are `OrderFilters`. */
export type OrderQuery<K extends WireKind = WireKind> = { readonly [W in K]: Pick<OrderFilters, FilterOf[W]> }[K]

const anyApp = { app: soughtAddressOrAny.optional() }
const anyDataset = { dataset: soughtAddressOrAny.optional() }
const anyWorkerpool = { workerpool: soughtAddressOrAny.optional() }
const restrictedApp = { ...anyApp, isAppStrict: flag.optional() }
const restrictedDataset = { ...anyDataset, isDatasetStrict: flag.optional() }
const restrictedWorkerpool = { ...anyWorkerpool, isWorkerpoolStrict: flag.optional() }
const restrictedRequester = { requester: soughtAddressOrAny.optional(), isRequesterStrict: flag.optional() }
const status = oneOf(['open', 'filled', 'canceled', 'dead', 'any'])
const tagged = {
  minTag: bytes32.optional(),
  maxTag: bytes32.optional(),
  minVolume: soughtWhole,
  status: status.optional(),
}

/** Open orders are found of all; the others only of one owner, whom an index knows. */
function isOfOne(sought: OrderFilters['status'], owner: Address | 'any' | undefined): boolean {
  return sought === undefined || sought === 'open' || owner !== undefined
}

/** Reads the filters of each kind. */
export const orderQuery: { readonly [K in WireKind]: z.ZodType<OrderQuery<K>> } = {
  apporder: z
    .object({
      ...anyApp,
      appOwner: soughtAddress.optional(),
      ...restrictedDataset,
      ...restrictedWorkerpool,
      ...restrictedRequester,
      ...tagged,
    })
    .refine(({ app, appOwner }) => app !== undefined || appOwner !== undefined, 'app or appOwner is required')
    .refine((query) => isOfOne(query.status, query.appOwner), 'appOwner is required with status'),
  datasetorder: z
    .object({
      ...anyDataset,
      datasetOwner: soughtAddress.optional(),
      ...restrictedApp,
      ...restrictedWorkerpool,
      ...restrictedRequester,
      bulkOnly: flag.optional(),
      ...tagged,
    })
    .refine(
      ({ dataset, datasetOwner }) => dataset !== undefined || datasetOwner !== undefined,
      'dataset or datasetOwner is required',
    )
    .refine((query) => isOfOne(query.status, query.datasetOwner), 'datasetOwner is required with status'),
  workerpoolorder: z
    .object({
      ...anyWorkerpool,
      workerpoolOwner: soughtAddress.optional(),
      category: soughtWhole,
      ...restrictedApp,
      ...restrictedDataset,
      ...restrictedRequester,
      // Whatever is at most 1 asks for nothing.
      minTrust: whole({ min: Number.MIN_SAFE_INTEGER }).optional(),
      ...tagged,
    })
    .refine((query) => isOfOne(query.status, query.workerpoolOwner), 'workerpoolOwner is required with status'),
  requestorder: z
    .object({
      ...anyApp,
      ...anyDataset,
      requester: soughtAddress.optional(),
      beneficiary: soughtAddress.optional(),
      category: soughtWhole,
      ...restrictedWorkerpool,
      maxTrust: soughtWhole,
      ...tagged,
    })
    .refine((query) => isOfOne(query.status, query.requester), 'requester is required with status'),
}
