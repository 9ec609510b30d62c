// The numbers of the escrow: the hub publishes each of them as a getter, and none can change.
import type { Address } from 'viem'

/** `workerpool_stake_ratio`: percent of the workerpool price that the pool owner stakes for each task. */
export const WORKERPOOL_STAKE_RATIO = 30n

/** `kitty_ratio`: percent of the kitty that goes to the pool owner with each finalized task. */
export const KITTY_RATIO = 10n

/** `kitty_min`: the least that the kitty pays, in nRLC (1 RLC), while it holds that much. */
export const KITTY_MIN = 1_000_000_000n

/** `kitty_address`: the high 20 bytes of keccak256("iExecKitty") as a number, minus 1. Nobody has its key. */
export const KITTY_ADDRESS: Address = '0x99c2268479b93fDe36232351229815DF80837e23'
