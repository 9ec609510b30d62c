// The example programs, as a reader would run them: one after the other, on one market.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accountOf, keyOf } from '@iexec/chain/test/anvil'
import { startHouse, type House } from '../house.ts'

const run = promisify(execFile)

let house: House
beforeAll(async () => {
  house = await startHouse()
})
afterAll(async () => {
  await house.stop()
})

/** Runs an example as one of anvil's accounts, and returns the hex values that it prints, by the word before them. */
async function example(
  name: string,
  account: number,
  more: Readonly<Record<string, string>> = {},
): Promise<ReadonlyMap<string, string>> {
  const { chain } = house
  const env = {
    ...process.env,
    PRIVATE_KEY: keyOf(account),
    CHAIN_ID: String(chain.chainId),
    HUB: chain.hub,
    RPC_URL: chain.rpcUrls?.[0],
    MARKET_URL: house.marketUrl,
    ...more,
  }
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, '../../examples/sdk', `${name}.ts`)], {
    env,
  })
  return new Map([...stdout.matchAll(/^(\w+) (0x[0-9a-f]+)$/gimu)].map(([, word = '', value = '']) => [word, value]))
}

test('an app and computing are sold, and a run is bought for what both ask', async () => {
  await house.give(2, 3_000_000_000n)
  await house.give(3, 2_000_000_000n)

  const sold = await example('sell-an-app', 1)
  await example('sell-computing', 2)
  const bought = await example('buy-a-run', 3, { APP: sold.get('app') ?? '' })

  expect(bought.get('deal')).toMatch(/^0x[0-9a-f]{64}$/u)
  const { locked } = await (await house.user(3)).account.show(accountOf(3).address)
  expect(locked).toBe(1_100_000_000n)
})
