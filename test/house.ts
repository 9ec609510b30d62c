// The house for tests of whole journeys: a real chain with the contracts, and the market service as a process of its own.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accountOf } from '@iexec/chain/test/anvil'
import { startSdkMarket, type SdkMarket } from '@iexec/sdk/test/market'
import type { ChainSettings, Iexec } from '@iexec/sdk'

/** A market on which orders can be published. */
export type House = Omit<SdkMarket, 'stop'> & {
  /** With the market service among its services. */
  readonly chain: ChainSettings
  readonly marketUrl: string
  /** The client of anvil's nth account. */
  readonly user: (account: number) => Promise<Iexec>
  /** Ends the market service, as when it dies. */
  readonly stopMarketService: () => Promise<void>
  readonly stop: () => Promise<void>
}

const MARKET = join(import.meta.dirname, '../services/market/src/main.ts')

/**
 * Starts everything on free ports, and returns when it answers.
 *
 * @example
 * const house = await startHouse()
 * const alice = await house.user(1)
 * await house.stop()
 */
export async function startHouse(): Promise<House> {
  const market = await startSdkMarket()
  const folder = mkdtempSync(join(tmpdir(), 'iexec-house-'))
  const service = await startService(market, folder)
  const chain = { ...market.chain, marketUrl: service.url }
  return {
    ...market,
    chain,
    marketUrl: service.url,
    user: async (account) => market.user(account, { marketUrl: service.url }),
    stopMarketService: service.stop,
    stop: async () => {
      await service.stop()
      await market.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The address of anvil's nth account. */
export function addressOf(account: number): `0x${string}` {
  return accountOf(account).address
}

type Service = { readonly url: string; readonly stop: () => Promise<void> }

async function startService({ chain }: SdkMarket, folder: string): Promise<Service> {
  const args = ['--port', '0', '--polling', '20', '--log-level', 'warn', '--database', folder]
  const child = spawn(process.execPath, [MARKET, ...args, '--rpc', chain.rpcUrls?.[0] ?? '', '--hub', chain.hub], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, INIT_CWD: undefined },
  })
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve()
    })
  })
  return {
    url: await firstUrl(child),
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Returns what a service says that it listens on. */
async function firstUrl(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text
    const url = /listens on (\S+)/u.exec(said)?.[1]
    if (url !== undefined) resolve(url)
  })
  child.once('close', (code) => {
    reject(new Error(`The market service ended (${code}) before it listened:\n${said}`))
  })
  return promise
}
