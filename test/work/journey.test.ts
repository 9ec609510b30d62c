// The whole house at work: an app is sold and bought by the command, three workers agree, and everybody is paid.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { accountOf } from '@iexec/chain/test/anvil'
import { APP_OWNER, FIRST_WORKER, POOL_OWNER, REQUESTER, startNetwork, type Network } from '@iexec/network'
import { distributeRewards, newWorkersNeeded } from '@iexec/protocol'
import { readZip } from '@iexec/sdk'
import { sha256 } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deskOf } from '../desk.ts'
import { echoModule } from './echo.ts'

const APP_PRICE = 7n
const POOL_PRICE = 1_000n
const TRUST = 8n

let network: Network
beforeAll(async () => {
  network = await startNetwork({ workers: 3, price: POOL_PRICE })
})
afterAll(async () => network.stop())

/** Everybody who has a part in it, by name. */
const PEOPLE = {
  appOwner: APP_OWNER,
  poolOwner: POOL_OWNER,
  requester: REQUESTER,
  worker1: FIRST_WORKER,
  worker2: FIRST_WORKER + 1,
  worker3: FIRST_WORKER + 2,
}

type Balances = Readonly<Record<keyof typeof PEOPLE, bigint>>

/** What everybody has at the hub, locked or not. */
async function readBalances(): Promise<Balances> {
  const reader = await network.user(REQUESTER)
  const entries = Object.entries(PEOPLE).map(async ([name, account]) => {
    const { stake, locked } = await reader.account.show(accountOf(account).address)
    return [name, stake + locked]
  })
  return Object.fromEntries(await Promise.all(entries)) as Balances
}

/** Puts bytes into the storage, as an app's owner does. */
async function store(content: Uint8Array<ArrayBuffer>): Promise<string> {
  const form = new FormData()
  form.append('file', new Blob([content]), 'app.wasm')
  const answer = await fetch(`${network.services.storage.url}/api/v0/add`, { method: 'POST', body: form })
  const { Hash } = (await answer.json()) as { readonly Hash: string }
  return Hash
}

/** Deploys and sells the app by the command, and returns its address. */
async function sellApp(): Promise<string> {
  const module = await echoModule()
  const desk = deskOf(APP_OWNER, network.chain)
  desk.write('iexec.json', {
    app: {
      owner: accountOf(APP_OWNER).address,
      name: 'echo',
      type: 'WASM',
      multiaddr: `/ipfs/${await store(module)}`,
      checksum: sha256(module),
      price: APP_PRICE.toString(),
    },
  })
  const { address } = await desk.raw(['app', 'deploy'])
  return String(address)
}

test('a WASM app is sold and bought by the command: three new workers agree, and everybody is paid to the last nRLC', async () => {
  const app = await sellApp()
  const before = await readBalances()
  const desk = deskOf(REQUESTER, network.chain)

  const called = await desk.iexec([
    ...['app', 'run', app, '--args', 'forty-two', '--trust', String(TRUST)],
    ...['--force', '--json', '--download', 'result.zip'],
  ])

  expect(called).toMatchObject({ exitCode: 0, errors: '' })
  const files = readZip(readFileSync(join(desk.folder, 'result.zip')))
  const result = files.find(({ name }) => name === 'result.txt')
  expect(new TextDecoder().decode(result?.read())).toBe('forty-two')
  expect(new TextDecoder().decode(files.find(({ name }) => name === 'stdout.txt')?.read())).toBe('written\n')

  const after = await readBalances()
  expect(newWorkersNeeded(TRUST)).toBe(3)
  const share = { isProved: true, weight: 1n }
  const rewards = distributeRewards({ workerpoolPrice: POOL_PRICE, workerStake: 300n, schedulerRewardRatio: 1n }, [
    share,
    share,
    share,
  ])
  expect(changeOf(before, after)).toEqual({
    appOwner: APP_PRICE,
    requester: -(APP_PRICE + POOL_PRICE),
    poolOwner: rewards.poolOwner,
    worker1: rewards.workers[0]?.rewardRoundedDown,
    worker2: rewards.workers[1]?.rewardRoundedDown,
    worker3: rewards.workers[2]?.rewardRoundedDown,
  })
})

function changeOf(before: Balances, after: Balances): Record<string, bigint> {
  return Object.fromEntries(
    Object.entries(after).map(([name, amount]) => [name, amount - before[name as keyof Balances]]),
  )
}
