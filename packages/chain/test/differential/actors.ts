// Who acts on the market of the differential test, and the contracts that stand around it.
import type { Address, Hex, LocalAccount } from 'viem'
import { concat } from 'viem/utils'
import { accountOf } from '../anvil.ts'

/** Number of the anvil account of each actor. */
const NUMBERS = {
  alice: 1,
  bob: 2,
  sam: 3,
  paula: 4,
  peter: 5,
  w1: 6,
  w2: 7,
  w3: 8,
  w4: 9,
  w5: 10,
  ada: 11,
  abe: 12,
  dora: 13,
  eve: 14,
  broker: 15,
  enclave: 16,
} as const

export type ActorName = keyof typeof NUMBERS

/**
 * The actors by name: alice and bob (who is poor) request, sam also sponsors, paula and peter own workerpools, w1 to w5
 * work (w5 is poor), ada and abe own apps, dora a dataset, eve is a stranger. The broker and the enclave only sign.
 */
export const ACTORS: { readonly [Name in ActorName]: Address } = mapNames((name) => accountOf(NUMBERS[name]).address)

/** A contract that buys: it vouches (ERC-1271) for a hash when the signature is that hash. It never calls anybody. */
export const SAFE: Address = '0x0000000000000000000000000000000000005afe'
/** A group (ERC-734) with some members. */
export const CLUB: Address = '0x000000000000000000000000000000000000c1b0'
/** A callback that repeats in a log what it is told. */
export const LISTENER: Address = '0x0000000000000000000000000000000000001150'
/** A callback that always reverts. */
export const GRUMP: Address = '0x00000000000000000000000000000000000067a0'

export const WORKERS: readonly Address[] = [ACTORS.w1, ACTORS.w2, ACTORS.w3, ACTORS.w4, ACTORS.w5]

/** Everybody who sends transactions. */
export const CALLERS: readonly Address[] = Object.values(ACTORS).filter(
  (address) => address !== ACTORS.broker && address !== ACTORS.enclave,
)

const BY_ADDRESS: ReadonlyMap<string, LocalAccount> = new Map(
  Object.values(NUMBERS).map((number) => [accountOf(number).address.toLowerCase(), accountOf(number)]),
)

/** The key of an address; `undefined` for a contract. */
export function keyOf(address: Address): LocalAccount | undefined {
  return BY_ADDRESS.get(address.toLowerCase())
}

// The word 100 bytes into the call is the signature's first, the word after the selector is the hash.
/** Code of `SAFE`: `(calldata[100] == calldata[4]) * 0x1626ba7e`, as an answer. */
export const SAFE_CODE: Hex = '0x60043560643514631626ba7e60e01b0260005260206000f3'
/** Code of `LISTENER`: all calldata into a log without topics. */
export const LISTENER_CODE: Hex = '0x366000600037366000a000'
/** Code of `GRUMP`: revert with nothing. */
export const GRUMP_CODE: Hex = '0x60006000fd'

/**
 * Code of a group: whether the key of the question is one of the members and its purpose is 4.
 *
 * @example
 * await chain.setCode({ address: CLUB, bytecode: groupCode([alice]) })
 */
export function groupCode(members: readonly Address[]): Hex {
  const isMember = members.map((member): Hex => concat(['0x73', member, '0x6004351417']))
  return concat(['0x6000', ...isMember, '0x600460243514', '0x16', '0x60005260206000f3'])
}

function mapNames<Value>(valueOf: (name: ActorName) => Value): { readonly [Name in ActorName]: Value } {
  return Object.fromEntries(Object.keys(NUMBERS).map((name) => [name, valueOf(name as ActorName)])) as {
    readonly [Name in ActorName]: Value
  }
}
