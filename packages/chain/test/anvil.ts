// A real chain for one test file: anvil on a port of its own, gone when the tests are.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createClient,
  defineChain,
  http,
  publicActions,
  testActions,
  toHex,
  walletActions,
  type Chain,
  type Client,
  type Hex,
  type HttpTransport,
  type LocalAccount,
  type PublicActions,
  type TestActions,
  type WalletActions,
} from 'viem'
import { mnemonicToAccount, type HDAccount } from 'viem/accounts'
import { findAnvil } from '../src/anvil/findAnvil.ts'

/** A viem client of one account on an anvil, which can also move its time and its money. */
export type AnvilClient = Client<
  HttpTransport,
  Chain,
  LocalAccount,
  undefined,
  PublicActions<HttpTransport, Chain, LocalAccount> & WalletActions<Chain, LocalAccount> & TestActions
>

/** A running anvil. */
export type Anvil = {
  readonly url: string
  readonly chainId: number
  readonly pid: number
  /** The client of the account of this number; each of them, from 0 to 19, has 10,000 coins. */
  readonly client: (account: number) => AnvilClient
  /** Ends it, and returns when it has ended. */
  readonly stop: () => Promise<void>
}

/** How an anvil differs from the usual one. */
export type AnvilOptions = {
  readonly chainId?: number
  /** A free one when left out; a node that comes back has the port that it had. */
  readonly port?: number
  /** The rules of which year, as anvil names them. */
  readonly hardfork?: string
  /** Further arguments, as `anvil --help` lists them. */
  readonly args?: readonly string[]
}

/**
 * Starts an anvil on a free port of this machine, and returns when it listens. Each transaction is mined at once.
 *
 * @example
 * const anvil = await startAnvil()
 * await anvil.client(0).getBlockNumber()
 * await anvil.stop()
 */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  const { chainId = 31_337, port = 0, hardfork = 'cancun', args = [] } = options
  // Of each past block anvil writes the whole state, and leaves it behind when it ends: gigabytes in its usual folder.
  const states = mkdtempSync(join(tmpdir(), 'anvil-'))
  const always = [
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--chain-id',
    String(chainId),
    '--hardfork',
    hardfork,
    '--accounts',
    '20',
    '--cache-path',
    states,
  ]
  const child = spawn(findAnvil(import.meta.resolve('@foundry-rs/anvil/package.json')), [...always, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const clear = (): void => {
    rmSync(states, { recursive: true, force: true, maxRetries: 3 })
  }
  const end = (): void => {
    child.kill('SIGKILL')
    clear()
  }
  process.once('exit', end)
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      process.off('exit', end)
      clear()
      resolve()
    })
  })
  const url = await whenListening(child)
  return {
    url,
    chainId,
    pid: child.pid ?? 0,
    client: (account) => clientOf(url, chainId, account),
    stop: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** Reads what anvil says until it says where it listens. */
async function whenListening(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let said = ''
  const read = (text: string): void => {
    said += text
    const address = /Listening on (\S+)/u.exec(said)?.[1]
    if (address === undefined) return
    // From here on it tells of every request. What nobody reads must still be taken off the pipe, or anvil stops.
    for (const stream of [child.stdout, child.stderr]) stream?.off('data', read).resume()
    resolve(`http://${address}`)
  }
  child.stdout?.setEncoding('utf8').on('data', read)
  child.stderr?.setEncoding('utf8').on('data', read)
  // Unlike `exit`, `close` comes after the last word.
  child.once('error', reject).once('close', () => {
    reject(new Error(`anvil ended before it listened:\n${said}`))
  })
  return promise
}

function clientOf(url: string, chainId: number, account: number): AnvilClient {
  return createClient({
    account: accountOf(account),
    chain: defineChain({
      id: chainId,
      name: 'anvil',
      nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
      rpcUrls: { default: { http: [url] } },
    }),
    // A transaction is mined when it is sent, so its receipt is there at the first look.
    pollingInterval: 20,
    // Balances and blocks are read as they are now.
    cacheTime: 0,
    transport: http(url, { retryCount: 0 }),
  })
    .extend(publicActions)
    .extend(walletActions)
    .extend(testActions({ mode: 'anvil' }))
}

const accounts = new Map<number, HDAccount>()

/** The private key of one of anvil's own accounts, which everybody knows. */
export function keyOf(addressIndex: number): Hex {
  return toHex(accountOf(addressIndex).getHdKey().privateKey ?? new Uint8Array())
}

/** Anvil's own accounts. Deriving one takes a moment, so each is derived once. */
export function accountOf(addressIndex: number): HDAccount {
  const known = accounts.get(addressIndex)
  if (known !== undefined) return known
  const account = mnemonicToAccount('test test test test test test test test test test test junk', { addressIndex })
  accounts.set(addressIndex, account)
  return account
}
