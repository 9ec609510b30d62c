// The wallet and the SDK over it, in components. The SDK is loaded when something is done with it.
import type { ChainSettings, Iexec } from '@iexec/sdk'
import { useCallback, useSyncExternalStore } from 'react'
import { numberToHex } from 'viem'
import { Fault } from '../read/fault.ts'
import { useChain } from '../site/chain.tsx'
import type { Chain } from '../site/config.ts'
import { isUnknownChain } from './isUnknownChain.ts'
import { isWalletRefusal } from './isWalletRefusal.ts'
import { readWallets, watchWallets, type ConnectedWallet, type Wallets } from './wallets.ts'

/** What is known of wallets. */
export function useWallets(): Wallets {
  return useSyncExternalStore(watchWallets, readWallets)
}

/** The wallet that its owner connected; `undefined` before. */
export function useWallet(): ConnectedWallet | undefined {
  return useWallets().connected
}

/**
 * The SDK on the chain of the page, over the wallet that is connected: switches the wallet to the chain first.
 *
 * @returns a function that throws IexecError, or Fault when no wallet is connected
 * @example
 * const openIexec = useIexec()
 * const iexec = await openIexec()
 * await iexec.account.deposit(amount)
 */
export function useIexec(): () => Promise<Iexec> {
  const chain = useChain()
  const wallet = useWallet()
  return useCallback(async () => {
    if (wallet === undefined) throw new Fault('NoSigner', 'No wallet is connected.')
    const [{ createIexec }] = await Promise.all([import('@iexec/sdk'), switchTo(wallet, chain)])
    return createIexec({ chain: settingsOf(chain), provider: wallet.provider, account: wallet.address })
  }, [chain, wallet])
}

/**
 * The SDK on the chain of the page, for whoever only looks: it asks the node that the site names, and nobody signs.
 *
 * @example
 * const openReader = useReader()
 * const { stake } = await (await openReader()).account.show(address)
 */
export function useReader(): () => Promise<Iexec> {
  const chain = useChain()
  return useCallback(async () => openReader(chain), [chain])
}

/** One way to each chain is enough. */
const readers = new WeakMap<Chain, Promise<Iexec>>()

async function openReader(chain: Chain): Promise<Iexec> {
  const known = readers.get(chain) ?? connectReader(chain)
  readers.set(chain, known)
  try {
    return await known
  } catch (error) {
    // The node may answer the next time.
    readers.delete(chain)
    throw error
  }
}

async function connectReader(chain: Chain): Promise<Iexec> {
  const { createIexec } = await import('@iexec/sdk')
  return createIexec({ chain: settingsOf(chain) })
}

function settingsOf({ name, chainId, hub, rpcUrl, marketUrl, storageUrl, ipfsApiUrl }: Chain): ChainSettings {
  return { name, chainId, hub, rpcUrls: [rpcUrl], marketUrl, storageUrl, ipfsApiUrl }
}

async function switchTo(wallet: ConnectedWallet, chain: Chain): Promise<void> {
  if (wallet.chainId === chain.chainId) return
  try {
    await bringOver(wallet, chain)
  } catch (cause) {
    if (!isWalletRefusal(cause)) throw cause
    const details = { wanted: chain.chainId, actual: wallet.chainId }
    throw new Fault('WrongChain', `The wallet stays on chain ${wallet.chainId}.`, { details, cause })
  }
}

async function bringOver({ provider }: ConnectedWallet, chain: Chain): Promise<void> {
  const wanted = numberToHex(chain.chainId)
  const request = async (method: string, params: readonly unknown[]): Promise<unknown> =>
    provider.request({ method, params: params as never })
  try {
    await request('wallet_switchEthereumChain', [{ chainId: wanted }])
  } catch (error) {
    if (!isUnknownChain(error)) throw error
    const nativeCurrency = { ...chain.coin, decimals: 18 }
    await request('wallet_addEthereumChain', [
      { chainId: wanted, chainName: chain.name, rpcUrls: [chain.rpcUrl], nativeCurrency },
    ])
  }
}
