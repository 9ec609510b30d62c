// People who cheat, vanish or do nothing: the right party pays, and the requester has his result or his money without sending a
// transaction.
import { accountOf } from '@iexec/chain/test/anvil'
import {
  FIRST_WORKER,
  POOL_OWNER,
  REQUESTER,
  startNetwork,
  type Network,
  type Service,
} from '@iexec/network/test/startNetwork'
import { asTaskId, NO_ADDRESS, type TaskId } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import {
  startSimulatedWorker,
  type SimulatedBehaviour,
  type SimulatedWorker,
} from '@iexec/scheduler/test/simulatedWorker'
import { readZip, type Iexec, type Run, type RunWish } from '@iexec/sdk'
import { until } from '@iexec/service/test/process'
import { sha256, type Address, type Hex } from 'viem'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { auditHub } from './audit.ts'
import { echoModule } from './echo.ts'
import { openHangs } from './hang.ts'
import { APP_PRICE, sellApp, storeModule } from './sale.ts'

const POOL_PRICE = 1_000n
const WORKER_STAKE = 300n
const POOL_STAKE = 300n
/** Of category 0, in seconds: votes may be revealed for two of them, and a task has ten. */
const T = 300
/** No account of the network. */
const FIRST_STRANGER = 12

let network: Network
let requester: Iexec
let app: Address
let strangers: SimulatedWorker[] = []
/** Honest workers are there, and their machines hang. */
const { freeze, thaw } = openHangs(() => network)
beforeAll(async () => {
  network = await startNetwork({ workers: 3, places: 2, price: POOL_PRICE })
  await network.endow([0, 1, 2].map((place) => FIRST_STRANGER + place))
  requester = await network.user(REQUESTER)
  app = await sellApp(network, 'echo', await storeModule(network, await echoModule()))
})
afterEach(async () => {
  thaw()
  await Promise.all(strangers.map(async ({ stop }) => stop()))
  strangers = []
})
afterAll(async () => network.stop())

/** Buys as soon as the pool sells: it does not while too few of its workers are there. */
async function buy(wish: RunWish): Promise<Run> {
  return until(
    async () => requester.run(app, { args: 'true', ...wish }),
    () => true,
  )
}

/** Someone joins the pool who does not do as workers do. */
async function join(place: number, behaviour: SimulatedBehaviour): Promise<SimulatedWorker> {
  const account = accountOf(FIRST_STRANGER + place)
  const url = network.services.scheduler.url
  const worker = startSimulatedWorker({ ...behaviour, url, rpc: network.market.anvil.url, account })
  strangers.push(worker)
  await worker.ready
  return worker
}

/** Votes at once for what he has not computed. */
async function joinLyingWorker(place: number, lie: string): Promise<SimulatedWorker> {
  return join(place, { resultOf: () => lie })
}

/** Takes places, and sends nothing by himself. */
async function joinCopyingWorker(place: number): Promise<SimulatedWorker> {
  return join(place, { doesVote: false })
}

function workerAt(place: number): Service {
  const worker = network.services.workers[place]
  if (worker === undefined) throw new Error(`There is no worker ${place}.`)
  return worker
}

const READ = { abi: hubAbi } as const

async function holdingsOf(account: number): Promise<bigint> {
  const { owner, addresses } = network.market
  const args = [accountOf(account).address] as const
  const { stake, locked } = await owner.readContract({
    ...READ,
    address: addresses.hub,
    functionName: 'viewAccount',
    args,
  })
  return stake + locked
}

async function lockedOf(account: number): Promise<bigint> {
  return (await requester.account.show(accountOf(account).address)).locked
}

/** What everybody has more or less after some work. */
async function changeDuring(work: () => Promise<void>): Promise<(account: number) => bigint> {
  const accounts = [
    REQUESTER,
    POOL_OWNER,
    ...[0, 1, 2].flatMap((place) => [FIRST_WORKER + place, FIRST_STRANGER + place]),
  ]
  const read = async (): Promise<ReadonlyMap<number, bigint>> =>
    new Map(await Promise.all(accounts.map(async (account) => [account, await holdingsOf(account)] as const)))
  const before = await read()
  await work()
  const after = await read()
  return (account) => (after.get(account) ?? 0n) - (before.get(account) ?? 0n)
}

async function votesOn(task: TaskId): Promise<readonly { readonly worker: Address; readonly hash: Hex }[]> {
  const { owner, addresses } = network.market
  const filter = {
    address: addresses.hub,
    abi: hubAbi,
    eventName: 'TaskContribute',
    fromBlock: 0n,
    strict: true,
  } as const
  const logs = await owner.getContractEvents({ ...filter, args: { taskid: task } })
  return logs.map(({ args }) => args)
}

async function statusOf(task: TaskId): Promise<string> {
  return (await requester.tasks.show(task)).statusName
}

async function untilStatus(task: TaskId, wanted: string): Promise<void> {
  await until(
    async () => statusOf(task),
    (status) => status === wanted,
  )
}

/** Whether somebody voted. */
async function untilVoted(task: TaskId, account: number): Promise<Hex> {
  const own = accountOf(account).address
  const votes = await until(
    async () => votesOn(task),
    (some) => some.some(({ worker }) => worker === own),
  )
  return votes.find(({ worker }) => worker === own)?.hash ?? '0x'
}

async function passTime(seconds: number): Promise<void> {
  await network.market.owner.increaseTime({ seconds })
  await network.market.owner.mine({ blocks: 1 })
}

function taskOf({ taskIds }: Run): TaskId {
  return asTaskId(taskIds[0])
}

async function countSent(): Promise<number> {
  return network.market.owner.getTransactionCount({ address: accountOf(REQUESTER).address })
}

/** The text that came out of a task, and that its buyer has sent nothing since he bought it. */
async function resultOf(run: Run, sentWhenBought: number): Promise<string> {
  const { zip } = await run.result()
  expect(await countSent()).toBe(sentWhenBought)
  const file = readZip(new Uint8Array(await zip.arrayBuffer())).find(({ name }) => name === 'result.txt')
  return new TextDecoder().decode(file?.read())
}

async function expectExactAccounts(): Promise<void> {
  const audit = await auditHub(network.market)
  expect(audit.actual).toEqual(audit.expected)
  expect(audit.locked).toBe(0n)
  expect(audit.sums.held).toBe(audit.sums.deposited)
}

test('who lies loses his stake to those who did not, and the requester has the true result', async () => {
  await joinLyingWorker(0, 'a lie')
  const change = await changeDuring(async () => {
    freeze(1, 2)
    const run = await buy({ trust: 3n })
    const sent = await countSent()
    await untilVoted(taskOf(run), FIRST_STRANGER)
    // Whoever comes while nobody has contradicted the lie is not needed, and asked again only a while later.
    await untilVoted(taskOf(run), FIRST_WORKER)
    thaw()

    expect(await resultOf(run, sent)).toBe('true')
  })

  expect(change(FIRST_STRANGER)).toBe(-WORKER_STAKE)
  expect(change(REQUESTER)).toBe(-(APP_PRICE + POOL_PRICE))
  // 99 % of the price and of the lost stake, in three parts; what is left by rounding is the pool owner's.
  const share = ((POOL_PRICE + WORKER_STAKE) * 99n) / 100n / 3n
  for (const place of [0, 1, 2]) expect(change(FIRST_WORKER + place)).toBe(share)
  expect(change(POOL_OWNER)).toBe(POOL_PRICE + WORKER_STAKE - 3n * share)
  await expectExactAccounts()
})

test('who copies the vote of another cannot reveal it, also when he has read the digest: he loses his stake to the one who worked', async () => {
  const copier = await joinCopyingWorker(0)
  const { addresses, anvil } = network.market
  const client = anvil.client(FIRST_STRANGER)
  const change = await changeDuring(async () => {
    freeze(1, 2)
    const run = await buy({ trust: 4n })
    const [task, sent] = [taskOf(run), await countSent()]
    const copied = await untilVoted(task, FIRST_WORKER)
    const place = await until(
      async () => Promise.resolve(copier.places.get(task)),
      (found) => found !== undefined,
    )
    // A seal needs the digest, which nobody has told yet.
    const args = [task, copied, sha256('0x'), NO_ADDRESS, '0x', place?.authorization ?? '0x'] as const
    await client.writeContract({ ...READ, address: addresses.hub, functionName: 'contribute', args })
    const told = { ...READ, address: addresses.hub, eventName: 'TaskReveal', fromBlock: 0n, strict: true } as const
    const [revealed] = await until(
      async () => network.market.owner.getContractEvents({ ...told, args: { taskid: task } }),
      ({ length }) => length > 0,
    )
    const reveal = [task, revealed?.args.digest ?? '0x'] as const
    await expect(
      client.writeContract({ ...READ, address: addresses.hub, functionName: 'reveal', args: reveal }),
    ).rejects.toThrow('DigestSealMismatch')
    await passTime(2 * T + 1)

    expect(await resultOf(run, sent)).toBe('true')
  })

  expect(change(FIRST_STRANGER)).toBe(-WORKER_STAKE)
  const share = ((POOL_PRICE + WORKER_STAKE) * 99n) / 100n
  expect(change(FIRST_WORKER)).toBe(share)
  expect(change(POOL_OWNER)).toBe(POOL_PRICE + WORKER_STAKE - share)
  expect(change(REQUESTER)).toBe(-(APP_PRICE + POOL_PRICE))
  await expectExactAccounts()
})

test('who vanishes after his vote loses his stake; those who stayed bring the result', async () => {
  const change = await changeDuring(async () => {
    freeze(1, 2)
    // All of them are needed: of two, the pool might ask just those who hang, and nobody would vote.
    const run = await buy({ trust: 8n })
    const [task, sent] = [taskOf(run), await countSent()]
    await untilVoted(task, FIRST_WORKER)
    await workerAt(0).kill()
    thaw()
    await until(
      async () => requester.tasks.show(task),
      ({ record }) => record.status === 'revealing' && record.consensus.reveals === 2,
    )
    await passTime(2 * T + 1)

    expect(await resultOf(run, sent)).toBe('true')
  })
  await workerAt(0).start()

  expect(change(FIRST_WORKER)).toBe(-WORKER_STAKE)
  expect(change(REQUESTER)).toBe(-(APP_PRICE + POOL_PRICE))
  await expectExactAccounts()
})

test('when all workers disagree nobody is believed: the requester has his money back, the workers their stake, and the pool pays', async () => {
  freeze(0, 1, 2)
  for (const place of [0, 1, 2]) await joinLyingWorker(place, `lie ${place}`)
  const change = await changeDuring(async () => {
    const run = await buy({ trust: 4n })
    const [task, sent] = [taskOf(run), await countSent()]
    // No more are asked than could agree: with so many lies, three are not enough.
    await until(
      async () => votesOn(task),
      (votes) => new Set(votes.map(({ hash }) => hash)).size > 1,
    )
    await passTime(10 * T + 1)
    await untilStatus(task, 'FAILED')
    expect(await countSent()).toBe(sent)
  })

  expect(change(REQUESTER)).toBe(0n)
  for (const place of [0, 1, 2]) expect(change(FIRST_STRANGER + place)).toBe(0n)
  expect(change(POOL_OWNER)).toBe(-POOL_STAKE)
  await expectExactAccounts()
})

test('a pool that never finalizes, or never begins, pays for it: the keeper brings the requester his money back', async () => {
  const { scheduler, storage } = network.services
  const change = await changeDuring(async () => {
    // Nobody can bring a result, so nobody can finalize.
    await storage.kill()
    const begun = await buy({ trust: 4n })
    await until(
      async () => requester.tasks.show(taskOf(begun)),
      ({ record }) => record.status === 'revealing' && record.consensus.reveals === 2,
    )
    await scheduler.kill()
    const never = await buy({ trust: 4n, volume: 3n })
    const sent = await countSent()
    await passTime(10 * T + 1)
    for (const task of [...begun.taskIds, ...never.taskIds]) await untilStatus(task, 'FAILED')
    expect(await countSent()).toBe(sent)
  })
  await Promise.all([storage.start(), scheduler.start()])

  expect(change(REQUESTER)).toBe(0n)
  expect(change(POOL_OWNER)).toBe(-4n * POOL_STAKE)
  for (const place of [0, 1, 2]) expect(change(FIRST_WORKER + place)).toBe(0n)
  expect(await lockedOf(REQUESTER)).toBe(0n)
  await expectExactAccounts()
})

test('after all of that the house works as before, and the kitty helps the pool that works', async () => {
  const run = await buy({ trust: 8n, args: 'again' })

  expect(await resultOf(run, await countSent())).toBe('again')
  await expectExactAccounts()
})
