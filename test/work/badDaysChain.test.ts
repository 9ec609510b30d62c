// A chain node that is killed and comes back older, and a chain that changes its mind: votes and ends are done again, and nobody
// loses stake by it.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startAnvil, type Anvil } from '@iexec/chain/test/anvil'
import { REQUESTER, startNetwork, type Network } from '@iexec/network/test/startNetwork'
import { asTaskId, type TaskId } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { readZip, type Iexec, type Run } from '@iexec/sdk'
import { until } from '@iexec/service/test/process'
import type { Address } from 'viem'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { auditHub } from './audit.ts'
import { echoModule } from './echo.ts'
import { openHangs } from './hang.ts'
import { sellApp, storeModule } from './sale.ts'

const folder = mkdtempSync(join(tmpdir(), 'iexec-node-'))
const state = join(folder, 'state.json')
/** Each second it writes down what it has: a death costs the blocks since then. */
const NODE = ['--state', state, '--state-interval', '1']

let network: Network
let requester: Iexec
let app: Address
let node: Anvil
const { freeze, thaw } = openHangs(() => network)
beforeAll(async () => {
  network = await startNetwork({ workers: 3, anvilArgs: NODE })
  node = network.market.anvil
  requester = await network.user(REQUESTER)
  app = await sellApp(network, 'echo', await storeModule(network, await echoModule()))
})
afterEach(() => {
  thaw()
})
afterAll(async () => {
  await network.stop()
  await node.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function buy(trust: bigint, volume: bigint = 1n): Promise<Run> {
  return until(
    async () => requester.run(app, { args: 'true', trust, volume }),
    () => true,
  )
}

/**
 * Ends the node as a power cut does, and starts it again: with what it had written down, or with a copy of that, which also serves
 * when it was just writing.
 */
async function restartNode(copy: string, which: 'copy' | 'newest' = 'copy'): Promise<void> {
  const { owner } = network.market
  // From here on nothing is mined, so nobody has seen a younger block than this one.
  await owner.setAutomine(false)
  const head = await owner.getBlockNumber()
  process.kill(node.pid, 'SIGKILL')
  await until(
    async () => Promise.resolve(isAlive(node.pid)),
    (alive) => !alive,
  )
  if (which === 'copy' || !isWhole(readFileSync(state, 'utf8'))) copyFileSync(copy, state)
  node = await startAnvil({ port: Number(new URL(node.url).port), args: NODE })
  // A chain goes on by itself. One that stays behind where it was looks like a node that has not caught up yet.
  await owner.mine({ blocks: Math.max(0, Number(head - (await owner.getBlockNumber()))) + 1 })
}

function isWhole(written: string): boolean {
  try {
    return blockOf(written) > 0n
  } catch {
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Waits until the node has written down all that it has, and returns a copy. */
async function copyOfChain(name: string): Promise<string> {
  const head = await network.market.owner.getBlockNumber()
  const written = await until(
    async () => Promise.resolve(readFileSync(state, 'utf8')),
    (text) => isWhole(text) && blockOf(text) >= head,
  )
  const copy = join(folder, name)
  // What was read, because the next one may be half written by now.
  writeFileSync(copy, written)
  return copy
}

function blockOf(written: string): bigint {
  return BigInt((JSON.parse(written) as { readonly best_block_number: number | string }).best_block_number)
}

const HUB = { abi: hubAbi, fromBlock: 0n, strict: true } as const

/** In which blocks a task was voted for. */
async function votesOn(task: TaskId): Promise<readonly bigint[]> {
  const { owner, addresses } = network.market
  const filter = { ...HUB, address: addresses.hub, eventName: 'TaskContribute', args: { taskid: task } } as const
  return (await owner.getContractEvents(filter)).map(({ blockNumber }) => blockNumber)
}

/** Waits for so many votes, of which also those know who cast them. */
async function untilVotes(task: TaskId, count: number): Promise<readonly bigint[]> {
  const { url } = network.services.scheduler
  type Told = { readonly replicates?: readonly { readonly currentStatus: string }[] }
  await until(
    async () => (await (await fetch(`${url}/tasks/${task}`)).json()) as Told,
    // Of a task that its pool does not know yet it tells nothing.
    ({ replicates = [] }) => replicates.filter(({ currentStatus }) => currentStatus === 'CONTRIBUTED').length === count,
  )
  return votesOn(task)
}

/** Puts other blocks, with nothing in them, in the place of this one and of all that follow. */
async function forgetFrom(block: bigint): Promise<void> {
  const { owner } = network.market
  const depth = Number((await owner.getBlockNumber()) - block) + 1
  await (owner.request as (call: { method: string; params: readonly unknown[] }) => Promise<unknown>)({
    method: 'anvil_reorg',
    params: [depth, []],
  })
}

function firstTask({ taskIds }: Run): TaskId {
  return asTaskId(taskIds[0])
}

async function untilStatus(task: TaskId, wanted: string): Promise<void> {
  await until(
    async () => requester.tasks.show(task),
    ({ statusName }) => statusName === wanted,
  )
}

async function expectResult(run: Run): Promise<void> {
  for (const task of run.taskIds) {
    await untilStatus(task, 'COMPLETED')
    const { zip } = await run.result(task)
    const file = readZip(new Uint8Array(await zip.arrayBuffer())).find(({ name }) => name === 'result.txt')
    expect(new TextDecoder().decode(file?.read())).toBe('true')
  }
}

/** All tasks that the chain knows have their result, and nobody lost anything. */
async function expectAllPaid(): Promise<void> {
  const audit = await auditHub(network.market)
  expect(audit.actual).toEqual(audit.expected)
  expect(audit).toMatchObject({ locked: 0n, claimed: [] })
  expect(audit.finished).toHaveLength(audit.bought)
  const { owner, addresses } = network.market
  const faults = { ...HUB, address: addresses.hub, eventName: 'FaultyContribution' } as const
  expect(await owner.getContractEvents(faults)).toEqual([])
}

test('votes that are lost with the last blocks of a node that was killed are cast again', async () => {
  freeze(0, 1, 2)
  const run = await buy(8n)
  const task = firstTask(run)
  await untilStatus(task, 'ACTIVE')
  const copy = await copyOfChain('begun.json')
  thaw()
  freeze(2)
  await untilVotes(task, 2)

  // Nobody casts his vote again before somebody has looked.
  freeze(0, 1)
  await restartNode(copy)
  expect(await votesOn(task)).toEqual([])
  thaw()

  await expectResult(run)
  await expectAllPaid()
})

test('a finished task that is lost with the last blocks is finished again, from any state on', async () => {
  freeze(2)
  const run = await buy(8n)
  const task = firstTask(run)
  await untilVotes(task, 2)
  const copy = await copyOfChain('voted.json')
  thaw()
  await untilStatus(task, 'COMPLETED')

  freeze(0, 1, 2)
  await restartNode(copy)
  expect(await requester.tasks.show(task)).toMatchObject({ statusName: 'ACTIVE' })
  thaw()

  await expectResult(run)
  await expectAllPaid()
})

test('a node that is killed again and again under work loses no task that it had written down', async () => {
  freeze(0, 1, 2)
  const runs = [await buy(1n, 4n), await buy(8n, 3n), await buy(1n, 2n)]
  const copy = await copyOfChain('bought.json')
  thaw()

  for (let death = 0; death < 3; death += 1) {
    await pause(Math.random() * 1_500)
    await restartNode(copy, 'newest')
  }

  await expect(Promise.all(runs.map(expectResult))).resolves.toHaveLength(runs.length)
  await expectAllPaid()
})

test('votes that a reorganisation takes off the chain are cast again, and a task that it opens again is finished again', async () => {
  freeze(2)
  const run = await buy(8n)
  const task = firstTask(run)
  const [first = 0n] = await untilVotes(task, 2)

  freeze(0, 1)
  await forgetFrom(first)
  expect(await votesOn(task)).toEqual([])
  thaw()
  await expectResult(run)

  const { owner, addresses } = network.market
  const ends = { ...HUB, address: addresses.hub, eventName: 'TaskFinalize', args: { taskid: task } } as const
  const [end] = await owner.getContractEvents(ends)
  await forgetFrom(end?.blockNumber ?? 0n)

  await expectResult(run)
  // Its pool may have ended it again before anybody has looked.
  const [again] = await owner.getContractEvents(ends)
  expect(again?.blockNumber).toBeGreaterThan(end?.blockNumber ?? 0n)
  await expectAllPaid()
})
