// What each call cost in the reference contracts, and the most that it may cost here: gas used by receipts, base cost and
// calldata included. The reference figures are averages over its own mix of cases, measured the same way.

/** One line of the main table. */
export type Limit = {
  readonly call: string
  /** Where it is measured: three workers, no dataset, no callback, every order used for the first time; MAIN when left out. */
  readonly scenario?: string
  readonly reference: number
  readonly limit: number
}

/** All calls of one task that three workers verified, from its orders to its result. */
export const WHOLE_TASK = 'one task verified by three workers, all calls together'

/** The scenario that the limits are about. */
export const MAIN = 'three workers, no dataset, no callback, every order used for the first time'
/** The same, for what one worker does alone. */
export const ALONE = 'one worker alone (trust 1), every order used for the first time'
/** The same, for a task that fails. */
export const CLAIMED = 'nobody contributed, every order used for the first time'
/** What is sold. */
export const CREATED = 'entries created, each by an owner of earlier ones'

/** The limits hold for the mean per call. */
export const LIMITS: readonly Limit[] = [
  { call: 'matchOrders', reference: 727_000, limit: 380_000 },
  { call: 'initialize', reference: 226_000, limit: 80_000 },
  { call: 'contribute', reference: 348_000, limit: 200_000 },
  { call: 'reveal', reference: 79_000, limit: 55_000 },
  { call: 'finalize', reference: 368_000, limit: 210_000 },
  { call: 'contributeAndFinalize', scenario: ALONE, reference: 566_000, limit: 300_000 },
  { call: 'claim', scenario: CLAIMED, reference: 167_000, limit: 90_000 },
  { call: 'createApp', scenario: CREATED, reference: 654_000, limit: 330_000 },
  { call: 'createDataset', scenario: CREATED, reference: 582_000, limit: 270_000 },
  { call: 'createWorkerpool', scenario: CREATED, reference: 577_000, limit: 270_000 },
  { call: WHOLE_TASK, reference: 2_640_000, limit: 1_320_000 },
]
