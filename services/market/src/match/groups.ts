// Groups: contracts that say who belongs to them (ERC-734). An order that names one lets all its members in.
import type { Address, Client, Hex } from 'viem'
import { encodeFunctionData } from 'viem/utils'
import { askStranger } from '../stranger.ts'

/** Whether an account belongs to a group; `undefined` when the chain did not answer. */
export type AskGroup = (group: Address, account: Address) => Promise<boolean | undefined>

/** A group's answers are believed for so long. */
const LIFETIME_MS = 60_000
/** So many answers are remembered, the latest. */
const MAX_ANSWERS = 10_000
/** How long a group is waited for: less than any node is, so that no group lets a node look as if it had failed. */
const GROUP_MS = 900
/** The purpose of a key that stands for a member. */
const MEMBER = 4n

const GROUP_ABI = [
  {
    type: 'function',
    name: 'keyHasPurpose',
    stateMutability: 'view',
    inputs: [
      { name: 'key', type: 'bytes32' },
      { name: 'purpose', type: 'uint256' },
    ],
    outputs: [{ name: 'exists', type: 'bool' }],
  },
] as const

/**
 * Asks groups on the chain, as the hub does, and remembers their answers for a minute.
 *
 * @param now milliseconds since 1970
 * @example
 * const ask = rememberGroups(market.client, market.now)
 * await ask(club, alice) // true
 */
export function rememberGroups(client: Client, now: () => number): AskGroup {
  const answers = new Map<string, { readonly isMember: boolean; readonly until: number }>()
  return async (group, account) => {
    const key = `${group} ${account}`
    const known = answers.get(key)
    if (known !== undefined && known.until > now()) return known.isMember
    const isMember = await askGroup(client, group, account)
    if (isMember === undefined) return undefined
    answers.delete(key)
    answers.set(key, { isMember, until: now() + LIFETIME_MS })
    const [oldest] = answers.keys()
    if (answers.size > MAX_ANSWERS && oldest !== undefined) answers.delete(oldest)
    return isMember
  }
}

/** A group that reverts, uses up the little gas it gets, or answers anything but true, says no. */
async function askGroup(client: Client, group: Address, account: Address): Promise<boolean | undefined> {
  const key: Hex = `0x${account.slice(2).padStart(64, '0')}`
  const data = encodeFunctionData({ abi: GROUP_ABI, functionName: 'keyHasPurpose', args: [key, MEMBER] })
  try {
    // Whoever waits gives up by itself: nobody else pays for a slow group.
    const answer = (await askStranger(client, { to: group, data }, AbortSignal.timeout(GROUP_MS))) ?? '0x'
    return answer.length >= 66 && BigInt(answer.slice(0, 66)) === 1n
  } catch {
    return undefined
  }
}
