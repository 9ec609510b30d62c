// A whole market on a chain of its own, for tests.
import { deployMarket, type MarketAddresses, type MarketTerms } from '@iexec/chain'
import { startAnvil, type Anvil, type AnvilClient, type AnvilOptions } from './anvil.ts'

/** A market that runs. Account 0 deployed it, owns it and holds all RLC. */
export type TestMarket = {
  readonly anvil: Anvil
  readonly addresses: MarketAddresses
  /** Account 0. */
  readonly owner: AnvilClient
  readonly stop: () => Promise<void>
}

/**
 * Starts an anvil and deploys a market on it.
 *
 * @example
 * const market = await startMarket()
 * await market.owner.readContract({ address: market.addresses.hub, abi: hubAbi, functionName: 'countCategory' }) // 5n
 * await market.stop()
 */
export async function startMarket(terms: Partial<MarketTerms> = {}, options: AnvilOptions = {}): Promise<TestMarket> {
  const anvil = await startAnvil(options)
  const owner = anvil.client(0)
  const addresses = await deployMarket({ client: owner, owner: owner.account.address, ...terms })
  return { anvil, addresses, owner, stop: anvil.stop }
}
