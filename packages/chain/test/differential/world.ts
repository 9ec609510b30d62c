// A market on anvil beside a market in the model, both in the same state before any sequence begins.
import { KITTY_ADDRESS, asInstant, emptyMarket, orderDomain } from '@iexec/protocol'
import type { Instant, MarketState, Membership } from '@iexec/protocol'
import { rlcAbi } from '@iexec/protocol/abi'
import type { MarketAddresses } from '@iexec/chain'
import type { Address } from 'viem'
import { encodeFunctionData } from 'viem/utils'
import { startMarket } from '../market.ts'
import {
  ACTORS,
  CALLERS,
  CLUB,
  GRUMP,
  GRUMP_CODE,
  LISTENER,
  LISTENER_CODE,
  SAFE,
  SAFE_CODE,
  groupCode,
} from './actors.ts'
import { predictAssets } from './assets.ts'
import type { Assets } from './assets.ts'
import { connect } from './chain.ts'
import type { Chain } from './chain.ts'
import { FIRST_NAMES } from './show.ts'
import type { Names } from './show.ts'

/** Everything that stays as it is during a sequence. */
export type World = {
  readonly chain: Chain
  readonly addresses: MarketAddresses
  readonly assets: Assets
  readonly names: Names
  /** All whose account is watched: the actors, the contract that buys, the hub and the kitty. */
  readonly watched: readonly Address[]
  readonly stop: () => Promise<void>
}

/** A world before anything has happened in it, and the model of it. */
export type NewWorld = { readonly world: World; readonly state: MarketState; readonly now: Instant }

/** RLC in nRLC. */
export const RLC = 1_000_000_000n

// 2027: a fixed moment, so that a seed always means the same sequence.
const GENESIS = 1_800_000_000n

/**
 * Starts an anvil with a market on it: everybody has RLC and has approved the hub; the contracts around the market stand.
 *
 * @example
 * const { world, state, now } = await startWorld()
 * await world.stop()
 */
export async function startWorld(): Promise<NewWorld> {
  const market = await startMarket({}, { args: ['--timestamp', String(GENESIS)] })
  const { addresses, owner } = market
  const assets = await predictAssets(owner, addresses)
  const members = [ACTORS.alice, SAFE, ...assets.first.slice(0, 3).map(({ address }) => address)]
  await owner.setCode({ address: SAFE, bytecode: SAFE_CODE })
  await owner.setCode({ address: CLUB, bytecode: groupCode(members) })
  await owner.setCode({ address: LISTENER, bytecode: LISTENER_CODE })
  await owner.setCode({ address: GRUMP, bytecode: GRUMP_CODE })

  const chain = connect(market.anvil.url, addresses)
  const now = asInstant(GENESIS + 1000n)
  await fund(chain, addresses, now)
  const wallets = new Map(CALLERS.map((address) => [address, PURSE] as const))
  const names = new Map([
    ...FIRST_NAMES,
    ...Object.entries(addresses).map(([name, address]) => [String(address).toLowerCase(), name] as const),
    ...[...assets.first, ...assets.later].map(({ name, address }) => [address.toLowerCase(), name] as const),
  ])
  return {
    world: {
      chain,
      addresses,
      assets,
      names,
      watched: [...CALLERS, ACTORS.broker, SAFE, KITTY_ADDRESS, addresses.hub],
      stop: market.stop,
    },
    state: { ...emptyMarket(orderDomain(addresses.chainId, addresses.hub), wallets), memberships: clubOf(members) },
    now,
  }
}

// What each caller has in his wallet at first.
const PURSE = 100_000n * RLC

const UNLIMITED = 2n ** 256n - 1n

/** Lets the hub take all RLC of somebody. */
export function approval(
  addresses: MarketAddresses,
  from: Address,
): { from: Address; to: Address; data: `0x${string}` } {
  const args = [addresses.hub, UNLIMITED] as const
  return { from, to: addresses.token, data: encodeFunctionData({ abi: rlcAbi, functionName: 'approve', args }) }
}

async function fund(chain: Chain, addresses: MarketAddresses, now: Instant): Promise<void> {
  const { token, owner } = addresses
  for (const caller of CALLERS) {
    const data = encodeFunctionData({ abi: rlcAbi, functionName: 'transfer', args: [caller, PURSE] })
    await chain.send({ from: owner, to: token, data }, now)
    await chain.send(approval(addresses, caller), now)
  }
}

function clubOf(members: readonly Address[]): readonly Membership[] {
  return members.map((member) => ({ group: CLUB, member }))
}
