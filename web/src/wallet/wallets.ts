// Wallets of the browser: those that announce themselves (EIP-6963), and the one that its owner connected.
import type { Provider } from '@iexec/sdk'
import { createStore } from 'mipd'
import { isAddress, type Address } from 'viem'
import { Fault } from '../read/fault.ts'
import { keep, readKept } from '../site/kept.ts'

/** A wallet that announced itself. */
export type FoundWallet = {
  /** Its name in reverse domain notation; the same on every visit. */
  readonly rdns: string
  /** Told by itself: a text of strangers. */
  readonly name: string
  /** A picture as a data URL, told by itself. */
  readonly icon: string
}

/** The wallet that is used. */
export type ConnectedWallet = FoundWallet & {
  readonly provider: Provider
  readonly address: Address
  readonly chainId: number
}

/** What is known of wallets. */
export type Wallets = { readonly found: readonly FoundWallet[]; readonly connected: ConnectedWallet | undefined }

/** A provider of a wallet: besides questions, it tells what changed. */
type WalletProvider = Provider & {
  readonly on?: (event: string, listener: (value: never) => void) => void
  readonly removeListener?: (event: string, listener: (value: never) => void) => void
}

const KEPT = 'wallet'
const store = createStore()
const watchers = new Set<() => void>()
let wallets: Wallets = { found: [], connected: undefined }
let stopHearing: (() => void) | undefined
/** How often the owner chose a wallet, or none. */
let choices = 0

store.subscribe(
  (details) => {
    const found = details.map(({ info: { rdns, name, icon } }) => ({ rdns, name, icon }))
    change({ found })
    // On the next visit the wallet that was connected is found again, without asking its owner.
    const kept = readKept(KEPT)
    if (kept !== undefined && wallets.connected === undefined && found.some(({ rdns }) => rdns === kept)) {
      void resume(kept)
    }
  },
  { emitImmediately: true },
)

/** What is known of wallets now. */
export function readWallets(): Wallets {
  return wallets
}

/** Hears when that changes; returns how to stop. */
export function watchWallets(tell: () => void): () => void {
  watchers.add(tell)
  return () => watchers.delete(tell)
}

/**
 * Asks the owner of a wallet whether this site may see his account.
 *
 * @throws Error when he refused, or the wallet has no account
 */
export async function connectWallet(rdns: string): Promise<ConnectedWallet> {
  choices += 1
  const connected = await ask(rdns, 'eth_requestAccounts')
  if (connected === undefined) throw new Fault('WalletEmpty', 'The wallet shows no account.')
  takeUp(connected)
  keep(KEPT, rdns)
  return connected
}

/** Forgets the wallet, here and on the next visit. */
export function disconnectWallet(): void {
  choices += 1
  keep(KEPT, undefined)
  stopHearing?.()
  stopHearing = undefined
  change({ connected: undefined })
}

/** Takes up the wallet of the last visit, unless its owner chose meanwhile. */
async function resume(rdns: string): Promise<void> {
  const before = choices
  try {
    const wallet = await ask(rdns, 'eth_accounts')
    if (wallet !== undefined && choices === before) takeUp(wallet)
  } catch {
    // A wallet that does not answer now is one that is not connected.
  }
}

async function ask(rdns: string, method: 'eth_requestAccounts' | 'eth_accounts'): Promise<ConnectedWallet | undefined> {
  const detail = store.findProvider({ rdns })
  if (detail === undefined) throw new Fault('WalletGone', 'This wallet is no longer there.')
  const provider = detail.provider as unknown as WalletProvider
  const [address] = (await provider.request({ method })) as readonly string[]
  if (address === undefined || !isAddress(address, { strict: false })) return undefined
  // Some wallets write it as a number.
  const chainId = Number(await provider.request({ method: 'eth_chainId' }))
  const { name, icon } = detail.info
  return { rdns, name, icon, provider, address, chainId }
}

function takeUp(wallet: ConnectedWallet): void {
  stopHearing?.()
  stopHearing = hearChanges(wallet)
  change({ connected: wallet })
}

/** People change account and chain in their wallet at any moment. */
function hearChanges(wallet: ConnectedWallet): () => void {
  const provider: WalletProvider = wallet.provider
  let last = wallet
  const takeAccounts = ([address]: readonly Address[]): void => {
    // A wallet that was locked shows no account until its owner opens it again; it is still the one that he chose.
    if (address !== undefined) last = { ...last, address }
    change({ connected: address === undefined ? undefined : last })
  }
  const takeChain = (chainId: unknown): void => {
    last = { ...last, chainId: Number(chainId) }
    if (wallets.connected !== undefined) change({ connected: last })
  }
  provider.on?.('accountsChanged', takeAccounts)
  provider.on?.('chainChanged', takeChain)
  return () => {
    provider.removeListener?.('accountsChanged', takeAccounts)
    provider.removeListener?.('chainChanged', takeChain)
  }
}

function change(news: Partial<Wallets>): void {
  wallets = { ...wallets, ...news }
  for (const tell of watchers) tell()
}
