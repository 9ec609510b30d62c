// A wallet in the browser of a test: it announces itself as wallets do (EIP-6963), and signs with a key that stays with the test.
import type { BrowserContext } from 'playwright-core'
import {
  createPublicClient,
  createWalletClient,
  http,
  numberToHex,
  type Address,
  type EIP1193Parameters,
  type Hex,
  type LocalAccount,
  type WalletRpcSchema,
} from 'viem'

/** What a test does with a wallet, as its owner. */
export type TestWallet = {
  readonly address: Address
  /** Refuses the next signature or transaction, as its owner does by pressing "reject". */
  readonly refuseNext: () => void
  /** Is on another chain from now on, and tells pages so. */
  readonly switchTo: (chainId: number) => Promise<void>
  /** Does something the next time that a page asks for a method, before it is answered. */
  readonly before: (method: string, happens: () => Promise<void>) => void
  /** Tells pages that its owner chose another account. What was begun is still answered by the first one. */
  readonly show: (account: Address) => Promise<void>
  /** Shows no account from now on, as a wallet that its owner locked, or all again; and tells pages so. */
  readonly lock: (isLocked: boolean) => Promise<void>
  /** Methods that pages asked for so far, in this order. */
  readonly asked: () => readonly string[]
}

/** Whose wallet, on which chain. */
export type WalletOptions = {
  readonly account: LocalAccount
  readonly rpcUrl: string
  readonly chainId: number
  /** The chain on which it is at first. Default: that of the site. */
  readonly startsOn?: number
}

type Request = { readonly method: string; readonly params?: readonly unknown[] }
type Answer = { readonly result: unknown } | { readonly error: { readonly code: number; readonly message: string } }

/** EIP-1193: the owner said no. */
const REJECTED = { code: 4001, message: 'User rejected the request.' }
/** Of what the owner is asked. */
const ASKS_THE_OWNER = /^(?:eth_sendTransaction|personal_sign|eth_signTypedData_v4)$/u

/** What names a wallet, as `installWallet` announces it. */
export const WALLET_NAME = 'Test wallet'

/**
 * Gives all pages of a context a wallet.
 *
 * @example
 * const wallet = await installWallet(context, { account: accountOf(REQUESTER), rpcUrl, chainId: 31337 })
 */
export async function installWallet(context: BrowserContext, options: WalletOptions): Promise<TestWallet> {
  const asked: string[] = []
  const happenings = new Map<string, () => Promise<void>>()
  let refuses = false
  let isLocked = false
  let chainId = options.startsOn ?? options.chainId
  const tell = async (event: string, value: unknown): Promise<void> => {
    const news = { event, value }
    await Promise.all(
      context.pages().map(async (page) =>
        page.evaluate((detail) => {
          dispatchEvent(new CustomEvent('test-wallet', { detail }))
        }, news),
      ),
    )
  }
  const switchTo = async (next: number): Promise<void> => {
    chainId = next
    await tell('chainChanged', numberToHex(next))
  }
  const answer = async ({ method, params = [] }: Request): Promise<unknown> => {
    if (method === 'eth_requestAccounts' || method === 'eth_accounts') return isLocked ? [] : [options.account.address]
    if (method === 'eth_chainId') return numberToHex(chainId)
    if (method === 'wallet_switchEthereumChain' || method === 'wallet_addEthereumChain') {
      await switchTo(Number((params[0] as { readonly chainId: Hex }).chainId))
      return null
    }
    return act(options, { method, params })
  }
  await context.exposeFunction('askTestWallet', async (request: Request): Promise<Answer> => {
    asked.push(request.method)
    const isRefused = refuses && ASKS_THE_OWNER.test(request.method)
    if (isRefused) refuses = false
    const happens = happenings.get(request.method)
    happenings.delete(request.method)
    await happens?.()
    try {
      return isRefused ? { error: REJECTED } : { result: await answer(request) }
    } catch (error) {
      const { code = -32_603, message } = error as { readonly code?: number; readonly message: string }
      return { error: { code, message } }
    }
  })
  await context.addInitScript(announce, WALLET_NAME)
  return {
    address: options.account.address,
    refuseNext: () => {
      refuses = true
    },
    switchTo,
    before: (method, happens) => {
      happenings.set(method, happens)
    },
    show: async (account) => tell('accountsChanged', [account]),
    lock: async (wish) => {
      isLocked = wish
      await tell('accountsChanged', wish ? [] : [options.account.address])
    },
    asked: () => asked,
  }
}

/** Signs and sends with the key of the test; everything else is a question to the node. */
async function act({ account, rpcUrl }: WalletOptions, { method, params = [] }: Request): Promise<unknown> {
  const transport = http(rpcUrl)
  const wallet = createWalletClient({ account, transport })
  if (method === 'personal_sign') return wallet.signMessage({ message: { raw: params[0] as Hex } })
  if (method === 'eth_signTypedData_v4') {
    const typed: unknown = typeof params[1] === 'string' ? JSON.parse(params[1]) : params[1]
    return account.signTypedData(typed as Parameters<LocalAccount['signTypedData']>[0])
  }
  if (method === 'eth_sendTransaction') {
    const [{ to, data, value, gas }] = params as readonly [{ to: Address; data?: Hex; value?: Hex; gas?: Hex }]
    return wallet.sendTransaction({
      chain: null,
      to,
      ...(data === undefined ? {} : { data }),
      ...(value === undefined ? {} : { value: BigInt(value) }),
      ...(gas === undefined ? {} : { gas: BigInt(gas) }),
    })
  }
  return createPublicClient({ transport }).request({
    method,
    params,
  } as unknown as EIP1193Parameters<WalletRpcSchema> as never)
}

/** Runs in each page before anything else. */
function announce(name: string): void {
  type Asking = (request: unknown) => Promise<{
    readonly result?: unknown
    readonly error?: { readonly code: number; readonly message: string }
  }>
  const ask = (globalThis as unknown as { readonly askTestWallet: Asking }).askTestWallet
  const listeners = new Map<string, Set<(value: unknown) => void>>()
  const provider = {
    request: async (request: unknown): Promise<unknown> => {
      const { result, error } = await ask(request)
      if (error === undefined) return result
      throw Object.assign(new Error(error.message), { code: error.code })
    },
    on: (event: string, listener: (value: unknown) => void): void => {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener))
    },
    removeListener: (event: string, listener: (value: unknown) => void): void => {
      listeners.get(event)?.delete(listener)
    },
  }
  addEventListener('test-wallet', (news) => {
    const { event, value } = (news as CustomEvent<{ readonly event: string; readonly value: unknown }>).detail
    for (const listener of listeners.get(event) ?? []) listener(value)
  })
  const icon = 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>'
  const info = { uuid: '350670db-19fa-4704-a166-e52e178b59d2', name, icon, rdns: 'example.test.wallet' }
  const detail = Object.freeze({ info: Object.freeze(info), provider })
  const tell = (): void => {
    dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }))
  }
  addEventListener('eip6963:requestProvider', tell)
  tell()
}
