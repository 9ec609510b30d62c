// Scheduler, workers, storage, market and database are killed at random moments, while tasks are bought without a pause: none is
// lost, none is paid twice, and the accounts are exact to the last nRLC.
import { setTimeout as pause } from 'node:timers/promises'
import { REQUESTER, startNetwork, type Network, type Service } from '@iexec/network/test/startNetwork'
import { hubAbi } from '@iexec/protocol/abi'
import { findPostgres, startPostgres, type TestPostgres } from '@iexec/service/test/postgres'
import { until } from '@iexec/service/test/process'
import type { Address } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditHub } from './audit.ts'
import { echoModule } from './echo.ts'
import { sellApp, storeModule } from './sale.ts'

/** `pnpm test:deep` sets more. */
const DEALS = Number(process.env['KILL_DEALS'] ?? 24)
/** Who dies when depends on it: a run that failed is begun again with the seed that it has printed. */
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
/** So long between two deaths, at most. */
const LONGEST_PEACE_MS = 2_500
const LONGEST_DEATH_MS = 1_000
/** Between two deals. */
const LONGEST_PAUSE_MS = 600

/** The same numbers for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Whatever ended without being asked to is started again, as an operator's machine does it. */
async function revive(services: readonly Service[]): Promise<readonly string[]> {
  const dead = services.filter((service) => !service.isAlive())
  await Promise.all(dead.map(async (service) => service.start()))
  return dead.map(({ name }) => `${name} by itself`)
}

/** Tasks that were bought and have not ended. */
async function countOpen({ market: { owner, addresses } }: Network): Promise<number> {
  const logs = await owner.getContractEvents({ address: addresses.hub, abi: hubAbi, fromBlock: 0n, strict: true })
  return logs.reduce((open, { eventName, args }) => {
    if (eventName === 'OrdersMatched') return open + Number(args.volume)
    return eventName === 'TaskFinalize' || eventName === 'TaskClaimed' ? open - 1 : open
  }, 0)
}

type Random = (below: number) => number

let postgres: TestPostgres | undefined
let network: Network
let app: Address
beforeAll(async () => {
  postgres = await openPostgres()
  network = await startNetwork({ workers: 3, ...(postgres === undefined ? {} : { database: postgres.url }) })
  app = await sellApp(network, 'echo', await storeModule(network, await echoModule()))
})
afterAll(async () => {
  await network.stop()
  await postgres?.stop()
})

/** Where none is installed, everybody has files of his own, and there is no server to be killed. */
async function openPostgres(): Promise<TestPostgres | undefined> {
  const programs = findPostgres()
  if (programs !== undefined) return startPostgres(programs)
  if (process.env['CI'] !== undefined) throw new Error('PostgreSQL is not installed, and CI must not go on without it.')
  return undefined
}

/** Buys bags and single tasks, and tries again whatever somebody who is dead at that moment has refused. */
async function buyAll(random: Random): Promise<void> {
  const requester = await network.user(REQUESTER)
  for (let deal = 0; deal < DEALS; deal += 1) {
    const [trust, volume] = [random(2) === 0 ? 1n : 8n, BigInt(1 + random(3))]
    const wish = { trust, volume, args: `deal ${deal}` }
    await until(
      async () => requester.run(app, wish),
      () => true,
    )
    await pause(random(LONGEST_PAUSE_MS))
  }
}

type Victim = { readonly name: string; readonly kill: () => Promise<void>; readonly start: () => Promise<void> }

function listVictims(services: readonly Service[]): readonly Victim[] {
  if (postgres === undefined) return services
  return [...services, { name: 'database', kill: postgres.kill, start: postgres.comeBack }]
}

/** @returns who died, in this order */
async function killUntil(random: Random, isOver: () => boolean): Promise<readonly string[]> {
  const { scheduler, storage, market, workers } = network.services
  const services = [scheduler, storage, market, ...workers]
  const victims = listVictims(services)
  const story: string[] = []
  while (!isOver()) {
    await pause(random(LONGEST_PEACE_MS))
    const victim = victims[random(victims.length)] ?? scheduler
    await victim.kill()
    await pause(random(LONGEST_DEATH_MS))
    await victim.start()
    story.push(victim.name, ...(await revive(services)))
  }
  return story
}

test(
  'no task is lost and none is paid twice, whoever is killed, and every account is exact',
  { timeout: 120_000 + DEALS * 10_000 },
  async () => {
    console.log(`SEED=${SEED} KILL_DEALS=${DEALS}`)
    let isBought = false
    const buying = buyAll(randomOf(SEED)).finally(() => {
      isBought = true
    })

    const story = await killUntil(randomOf(SEED + 1), () => isBought)
    await buying
    await until(
      async () => countOpen(network),
      (open) => open === 0,
    )

    console.log(`Killed: ${story.join(', ')}`)
    const audit = await auditHub(network.market)
    expect(audit.bought).toBeGreaterThanOrEqual(DEALS)
    expect(audit.finished).toHaveLength(audit.bought)
    expect(new Set(audit.finished).size).toBe(audit.bought)
    expect(audit.claimed).toEqual([])
    expect(audit.actual).toEqual(audit.expected)
    expect(audit.locked).toBe(0n)
    expect(audit.sums.held).toBe(audit.sums.deposited)
    expect(audit.sums.inToken).toBe(audit.sums.deposited)
  },
)
