// The way to a market: one question to the chain tells whether it is the right one, and where its contracts are.
import { orderDomain } from '@iexec/protocol'
import { appregistry, datasetregistry, token, workerpoolregistry } from '@iexec/protocol/abi/hub'
import { hexToNumber, type Address, type LocalAccount } from 'viem'
import { requireAddress } from '../asset/requireAsset.ts'
import { ask, readContract } from '../call/readContract.ts'
import type { Context, Contracts, Provider, Request } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { createProviderSigner } from '../signer/providerSigner.ts'
import type { SendingOptions, Signer } from '../signer/signer.ts'
import { findKnownChain, type ChainSettings } from './chainSettings.ts'

/** Where the market is, and who signs. */
export type ConnectOptions = {
  /** Settings, or name or id of a known chain. May be left out when the provider is on a known chain. */
  readonly chain?: ChainSettings | string | number
  /** A wallet: asked for everything, and signs. */
  readonly provider?: Provider
  /** Whose key signs, as of viem's `privateKeyToAccount`; or which of the wallet's accounts does. */
  readonly account?: LocalAccount | Address
  /** In how many blocks a transaction has to be buried, its own included; 1 when left out. */
  readonly confirmations?: number
  /** How long between two looks at the chain while something is waited for; 500 when left out. */
  readonly pollingMs?: number
  /** For one request to a node; 10,000 when left out. */
  readonly timeoutMs?: number
  /** For one request to a service, such as the market; 30,000 when left out. */
  readonly serviceTimeoutMs?: number
  /** Hears of each transaction once it is on its way. */
  readonly onSent?: SendingOptions['onSent']
  /** Hears in a sentence why a transaction of an account with a key waits: the node is silent, gas costs too much, … */
  readonly onWaiting?: SendingOptions['onWaiting']
  /**
   * For whoever shares a key among processes: does the work when no other process does any of its kind with this key, as under a
   * lock. Two processes that send at the same time could take one transaction for two, and one login would spoil the other.
   */
  readonly inTurn?: SendingOptions['inTurn']
  /**
   * Ends the waiting for transactions of an account with a key: `NotMined` has the hash of what is on its way, `Aborted` says
   * that nothing is. Nothing else is sent then.
   */
  readonly signal?: AbortSignal
  readonly fetch?: typeof globalThis.fetch
  readonly now?: () => number
}

/**
 * Connects to a market, and says at once what is wrong with the way to it.
 *
 * @throws IexecError `UnknownChain`, `ChainUnreachable`, `WrongChain`, `NoHub`, `InvalidInput`
 * @example
 * const context = await connect({ chain: settings, account: privateKeyToAccount(key) })
 */
export async function connect(options: ConnectOptions = {}): Promise<Context> {
  const { chain, request } = await reachChain(options)
  const contracts = await findContracts(request, chain)
  const pollingMs = options.pollingMs ?? 500
  return {
    chain,
    contracts,
    domain: orderDomain(chain.chainId, chain.hub),
    request,
    signer: await findSigner(options, { request, chainId: chain.chainId, pollingMs }),
    fetch: options.fetch ?? globalThis.fetch.bind(globalThis),
    now: options.now ?? Date.now,
    pollingMs,
    serviceTimeoutMs: options.serviceTimeoutMs ?? 30_000,
  }
}

type Way = { readonly chain: ChainSettings; readonly request: Request }

async function reachChain({ chain: given, provider, timeoutMs = 10_000 }: ConnectOptions): Promise<Way> {
  const named = given === undefined || typeof given === 'object' ? given : findKnownChain(given)
  if (provider !== undefined) return reachWallet(provider, named)
  if (named === undefined) {
    throw new IexecError('UnknownChain', 'Neither a chain nor a wallet was given.', {
      hints: ['Give `chain` (settings, or the name of a known chain), or `provider`.'],
    })
  }
  const { rpcUrls = [], chainId } = named
  // Loaded when it is needed: who has a wallet reaches the chain through that.
  const { ChainError, openChain } = await import('@iexec/chain/transport')
  try {
    const { client } = await openChain({ rpcUrls, chainId, timeoutMs })
    return { chain: named, request: client.request as Request }
  } catch (cause) {
    if (!(cause instanceof ChainError)) throw cause
    const code = cause.code === 'WrongChain' ? 'WrongChain' : 'ChainUnreachable'
    throw new IexecError(code, `${named.name}: ${cause.message}`, { details: { chain: named.name, chainId }, cause })
  }
}

async function reachWallet(provider: Provider, named: ChainSettings | undefined): Promise<Way> {
  const request = provider.request.bind(provider) as Request
  const chainId = hexToNumber(await ask(request, 'eth_chainId'))
  const chain = named ?? findKnownChain(chainId)
  if (chain.chainId === chainId) return { chain, request }
  throw new IexecError(
    'WrongChain',
    `The wallet is on chain ${chainId}, and ${chain.name} is chain ${chain.chainId}.`,
    {
      hints: [`Switch the wallet to chain ${chain.chainId}.`],
      details: { wanted: chain.chainId, actual: chainId },
    },
  )
}

async function findContracts(request: Request, { hub, name }: ChainSettings): Promise<Contracts> {
  requireAddress(hub)
  const read = async (functionName: Getter): Promise<Address> => {
    const address = await readContract({ request }, { address: hub, abi: GETTERS, functionName })
    return address.toLowerCase() as Address
  }
  try {
    const [rlc, appRegistry, datasetRegistry, workerpoolRegistry] = await Promise.all([
      read('token'),
      read('appregistry'),
      read('datasetregistry'),
      read('workerpoolregistry'),
    ])
    return { hub: hub.toLowerCase() as Address, rlc, appRegistry, datasetRegistry, workerpoolRegistry }
  } catch (cause) {
    if (!(cause instanceof IexecError) || cause.code === 'ChainUnreachable') throw cause
    throw new IexecError('NoHub', `There is no iExec market at ${hub} on ${name}.`, {
      hints: ['Look whether the address of the hub and the URL of the node belong together.'],
      details: { hub, chain: name },
      cause,
    })
  }
}

const GETTERS = [...token, ...appregistry, ...datasetregistry, ...workerpoolregistry] as const
type Getter = (typeof GETTERS)[number]['name']

async function findSigner(
  options: ConnectOptions,
  way: Pick<SendingOptions, 'request' | 'chainId' | 'pollingMs'>,
): Promise<Signer | undefined> {
  const { provider, account, confirmations = 1 } = options
  const sending = { ...options, ...way, confirmations }
  if (typeof account === 'object') {
    // Loaded when there is a key: who has a wallet needs none of it.
    const { createAccountSigner } = await import('../signer/accountSigner.ts')
    return createAccountSigner(account, sending)
  }
  if (provider === undefined) return undefined
  const address = account ?? (await ask<readonly Address[]>(way.request, 'eth_accounts'))[0]
  return address === undefined ? undefined : createProviderSigner(address, sending)
}
