// The contracts of a market, as its hub names them: nobody else can say which token and which registries are ours.
import { toFunctionSelector, type Address, type Hex } from 'viem'
import type { Chain } from '../site/config.ts'
import { askNode } from './askNode.ts'

/** The contracts of a market besides its hub. */
export type Contracts = { readonly token: Address; readonly registries: readonly Address[] }

/** They never change: one answer for each chain is enough. */
const known = new WeakMap<Chain, Promise<Contracts>>()

/**
 * The contracts of the market of a chain, asked of its hub.
 *
 * @throws MarketFault when the node does not answer
 * @example
 * const { token } = await readContracts(chain)
 */
async function readContracts(chain: Chain): Promise<Contracts> {
  const asked = known.get(chain) ?? askHub(chain)
  known.set(chain, asked)
  try {
    return await asked
  } catch (error) {
    // The node may answer the next time.
    known.delete(chain)
    throw error
  }
}

async function askHub(chain: Chain): Promise<Contracts> {
  const ask = async (name: string): Promise<Address> =>
    `0x${(await call(chain, { to: chain.hub, signature: `${name}()` })).slice(-40)}`
  const [token, ...registries] = await Promise.all([
    ask('token'),
    ask('appregistry'),
    ask('datasetregistry'),
    ask('workerpoolregistry'),
  ])
  return { token, registries }
}

/** What an account holds outside of the market. */
export type Holdings = { readonly wei: bigint; readonly nRLC: bigint }

/**
 * Coins and RLC of an account outside of the market, asked of the chain itself.
 *
 * @throws MarketFault when the node does not answer
 * @example
 * const { nRLC } = await readHoldings(chain, address)
 */
export async function readHoldings(chain: Chain, address: Address, signal?: AbortSignal): Promise<Holdings> {
  const { token } = await readContracts(chain)
  const [wei, nRLC] = await Promise.all([
    askNode<Hex>(chain, {
      method: 'eth_getBalance',
      params: [address, 'latest'],
      ...(signal === undefined ? {} : { signal }),
    }),
    call(chain, { to: token, signature: 'balanceOf(address)', argument: address }),
  ])
  return { wei: BigInt(wei), nRLC: BigInt(nRLC) }
}

/**
 * Which of some contracts belong to the market: the hub, its token, its registries, and what is registered there.
 *
 * @returns their addresses in lower case
 * @throws MarketFault when the node does not answer
 * @example
 * (await findOurs(chain, [log.address])).has(log.address.toLowerCase())
 */
export async function findOurs(chain: Chain, addresses: readonly Address[]): Promise<ReadonlySet<string>> {
  const { token, registries } = await readContracts(chain)
  const ours = new Set([chain.hub, token, ...registries].map((address) => address.toLowerCase()))
  const others = [...new Set(addresses.map((address) => address.toLowerCase() as Address))]
    .filter((address) => !ours.has(address))
    .slice(0, MOST_OTHERS)
  await Promise.all(
    others.map(async (address) => {
      const answers = await Promise.all(
        registries.map(async (registry) =>
          call(chain, { to: registry, signature: 'isRegistered(address)', argument: address }),
        ),
      )
      if (answers.some((answer) => answer.endsWith('1'))) ours.add(address)
    }),
  )
  return ours
}

/** Anybody can send a transaction that touches thousands of contracts. */
const MOST_OTHERS = 20

type Call = { readonly to: Address; readonly signature: string; readonly argument?: Address }

async function call(chain: Chain, { to, signature, argument = '0x' }: Call): Promise<Hex> {
  const word = argument === '0x' ? '' : argument.slice(2).toLowerCase().padStart(64, '0')
  const data = `${toFunctionSelector(signature)}${word}`
  return askNode<Hex>(chain, { method: 'eth_call', params: [{ to, data }, 'latest'] })
}
