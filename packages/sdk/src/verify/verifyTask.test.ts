// Tasks that are computed again, on a real chain: each way in which one ends; and what is said when chain and rules differ.
import { hashOrder, type DealId, type TaskId } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { encodeFunctionData } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { digestOf, startScene, type Scene } from '../../test/scene.ts'
import { startStorage, zipOf } from '../../test/storage.ts'
import { finishTask } from '../../test/worker.ts'
import type { Iexec } from '../createIexec.ts'
import { readZip } from '../result/readZip.ts'
import { findDigests } from '../result/resultDigest.ts'
import { checkTask, type TaskCheck } from './checkTask.ts'
import type { TaskEvidence } from './evidence.ts'
import { verifyTask, type VerifiedTask } from './verifyTask.ts'

const ZIP = zipOf({ 'result.txt': 'right' })
const RIGHT = findDigests(readZip(ZIP), false)[0]?.digest ?? '0x'
const WRONG = digestOf('wrong')
const LINK = '{ "storage": "ipfs", "location": "/ipfs/QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o" }'
/** Longest run time of category 0. */
const T = 300n
const PRICE = 1_001n
const RIGHT_WORKERS = ['worker1', 'worker2', 'appOwner'] as const

let scene: Scene
let auditor: Iexec
beforeAll(async () => {
  scene = await startScene()
  auditor = await scene.user('stranger')
  for (const [account, person] of [
    [1, 'requester'],
    [3, 'scheduler'],
    [4, 'appOwner'],
    [6, 'worker1'],
    [7, 'worker2'],
    [8, 'worker3'],
  ] as const) {
    await scene.market.give(account, 10_000n)
    await (await scene.user(person)).account.deposit(10_000n)
  }
})
afterAll(async () => scene.stop())

function differing({ checks }: Pick<VerifiedTask, 'checks'>): readonly TaskCheck[] {
  return checks.filter(({ verdict }) => verdict === 'different')
}

test('a task on which one worker was wrong is computed again to the last nRLC, by whoever has no wallet', async () => {
  const deal = await scene.makeDeal({ trust: 3n, price: PRICE })
  const task = await scene.initialize(deal)
  await scene.contribute(task, 'worker3', WRONG)
  for (const worker of RIGHT_WORKERS) await scene.contribute(task, worker, RIGHT)
  const early = await verifyTask(auditor.context, task)
  for (const worker of RIGHT_WORKERS) await scene.reveal(task, worker, RIGHT)
  await scene.finalize(task, LINK)

  const verified = await verifyTask(auditor.context, task, { result: ZIP })

  expect(differing(early)).toEqual([])
  expect(differing(verified)).toEqual([])
  expect(verified.isRight).toBe(true)
  const steps = new Set(verified.checks.map(({ step }) => step))
  expect(steps).toEqual(new Set(['orders', 'deal', 'task', 'votes', 'agreement', 'payments', 'result']))
  const payments = verified.checks.filter(({ step }) => step === 'payments').map(({ read }) => read.split(' ')[0])
  expect(payments).toEqual([
    'Lock',
    'Lock',
    'Lock',
    'Lock',
    'Seize',
    'Unlock',
    'Seize',
    'FaultyContribution',
    ...RIGHT_WORKERS.flatMap(() => ['Unlock', 'Reward', 'AccurateContribution']),
    'Reward',
  ])
  expect(verified.checks.find(({ what }) => what.startsWith('TaskConsensus'))?.what).toContain(
    '8 of 11 parts agree, for a trust of 3',
  )
  expect(verified.checks.filter(({ verdict }) => verdict === 'open').map(({ computed }) => computed)).toEqual([
    'nobody revealed the digest behind it',
  ])
})

test('a task that is claimed, one of one transaction, and one that is opened again and fed by the kitty are computed again, too', async () => {
  const lost = await scene.initialize(await scene.makeDeal({ trust: 3n, price: PRICE }))
  await scene.contribute(lost, 'worker1', RIGHT)
  await scene.warp(10n * T)
  await (await scene.user('requester')).tasks.claim(lost)
  const [worker, scheduler] = await Promise.all([scene.user('worker1'), scene.user('scheduler')])
  const deal = await scene.makeDeal({ trust: 1n, price: PRICE })
  const quick = await finishTask({ worker, scheduler }, { deal, index: 0n, digest: RIGHT, link: LINK })
  const again = await scene.initialize(await scene.makeDeal({ trust: 1n, price: PRICE }))
  await scene.contribute(again, 'worker2', WRONG)
  await scene.warp(2n * T)
  await reopen(again)
  await scene.contribute(again, 'worker1', RIGHT)
  await scene.reveal(again, 'worker1', RIGHT)
  await scene.finalize(again, LINK)

  const verified = await Promise.all(
    [lost, quick, again].map(async (id) => verifyTask(auditor.context, id, { result: ZIP })),
  )

  expect(verified.map(differing)).toEqual([[], [], []])
  expect(verified.map(({ task }) => task.end)).toEqual(['failed', 'completed', 'completed'])
  // The stake that the pool lost with the first one went to the kitty, and from there to the second one.
  expect(verified.map(({ evidence }) => evidence.kittyLocked)).toEqual([0n, 300n, 0n])
})

test('another result than the agreed one, and a chain that pays or says anything else, differ where they do', async () => {
  const deal = await scene.makeDeal({ trust: 3n, price: PRICE })
  const task = await scene.initialize(deal)
  for (const worker of ['worker1', 'worker2'] as const) await scene.contribute(task, worker, RIGHT)
  for (const worker of ['worker1', 'worker2'] as const) await scene.reveal(task, worker, RIGHT)
  await scene.finalize(task, LINK)
  const forged = await verifyTask(auditor.context, task, { result: zipOf({ 'result.txt': 'forged' }) })
  await expect(verifyTask(auditor.context, task, { result: new Uint8Array(9) })).rejects.toMatchObject({
    code: 'BadAnswer',
  })
  const { evidence } = await verifyTask(auditor.context, task, { result: ZIP })
  const happenings = evidence.happenings.map((one) => ({
    ...one,
    lines: one.lines.map((line) => (line.event === 'Reward' ? { ...line, value: '1 nRLC' } : line)),
  }))
  const [first, ...others] = evidence.contributions
  const copied = first === undefined ? [] : [{ ...first, resultSeal: WRONG }, ...others]
  const { orders } = evidence.matched
  const dearer = orders && { ...orders, workerpool: { ...orders.workerpool, workerpoolprice: PRICE + 1n } }

  const paid = checkTask({ ...evidence, happenings })
  const sealed = checkTask({ ...evidence, contributions: copied })
  const priced = checkTask({ ...evidence, matched: { ...evidence.matched, orders: dearer } })

  expect(differing(forged).map(({ step, read }) => [step, read])).toEqual([['result', RIGHT]])
  expect(differing({ checks: paid }).map(({ read }) => read.split(' ').at(-2))).toEqual(['1', '1', '1'])
  expect(differing({ checks: sealed }).map(({ what }) => what)).toEqual(
    expect.arrayContaining(['its seal', expect.stringContaining('TaskReveal')]),
  )
  expect(differing({ checks: priced }).map(({ what }) => what)).toEqual([
    'hash of the workerpool order',
    'signature of the workerpool order',
    'what the orders ask of each other',
    'price of the workerpool',
  ])
})

test('orders that do not fit, are used up or signed by nobody, and other owners, payers, policies and signatures differ', async () => {
  await (
    await scene.user('scheduler')
  ).workerpools.changePolicy(scene.workerpool, {
    workerStakeRatio: 40n,
    schedulerRewardRatio: 7n,
  })
  const task = await agree(await scene.makeDeal({ trust: 3n, price: PRICE }))
  const verified = await verifyTask(auditor.context, task, { result: ZIP })
  const { evidence } = verified
  const { matched, deal } = evidence
  const { orders, history } = matched
  if (orders === undefined || history === undefined) throw new Error('There are no orders.')
  const nobody = '0x000000000000000000000000000000000000dEaD' as const
  const told = (bent: Partial<TaskEvidence>): readonly string[] =>
    notSame(checkTask({ ...evidence, ...bent })).map(({ verdict, what }) => `${verdict}: ${what}`)
  const ofOrders = (bent: Partial<typeof orders>, other: Partial<typeof matched> = {}): readonly string[] => {
    const all = { ...orders, ...bent }
    const hashes = {
      ...matched.hashes,
      app: hashOrder(all.app, evidence.domain),
      workerpool: hashOrder(all.workerpool, evidence.domain),
    }
    return told({ matched: { ...matched, hashes, orders: all, ...other } })
  }
  const app = { ...orders.app, workerpoolrestrict: nobody, requesterrestrict: nobody }
  const workerpool = { ...orders.workerpool, trust: 0n, category: 4n }
  const unsigned = {
    app: { ...orders.app, sign: '0x' },
    dataset: orders.dataset,
    workerpool: { ...orders.workerpool, sign: '0x' },
    request: { ...orders.request, sign: '0x' },
  } as const
  const thief = { ...deal.workerpool, owner: nobody }
  const [first, ...others] = evidence.permissions

  const restricted = ofOrders({ app })
  const byGroup = told({
    matched: { ...matched, orders: { ...orders, app }, contracts: [nobody.toLowerCase()] },
  })

  expect(notSame(verified.checks)).toEqual([])
  expect(deal).toMatchObject({ workerStake: 400n, schedulerRewardRatio: 7n })
  expect(restricted).toEqual([
    'different: signature of the app order',
    'different: what the orders ask of each other',
    'different: what the orders ask of each other',
  ])
  expect(byGroup.filter((one) => one.startsWith('open'))).toHaveLength(2)
  expect(ofOrders({ workerpool })).toEqual([
    'different: signature of the workerpool order',
    'different: what the orders ask of each other',
    'different: what the orders ask of each other',
  ])
  expect(ofOrders(unsigned)).toEqual(
    ['app', 'workerpool', 'request'].map((kind) => `different: signature of the ${kind} order`),
  )
  expect(ofOrders({ request: unsigned.request }, { history: { ...history, presigned: ['request'] } })).toEqual([
    'open: signature of the request order',
  ])
  expect(ofOrders({ request: unsigned.request }, { contracts: [deal.requester.toLowerCase()] })).toEqual([
    'open: signature of the request order',
  ])
  expect(told({ deal: { ...deal, workerpool: thief } })).toContain('different: owner of the workerpool')
  expect(told({ deal: { ...deal, app: { ...deal.app, owner: nobody } } })).toContain('different: owner of the app')
  expect(told({ deal: { ...deal, sponsor: nobody } })).toContain('different: who pays')
  expect(told({ deal: { ...deal, schedulerRewardRatio: 8n } })).toContain('different: share of the scheduler')
  expect(told({ deal: { ...deal, workerStake: 401n } })).toContain('different: stake of each worker')
  expect(told({ deal: { ...deal, timeref: T + 1n } })).toContain('different: longest run of the category')
  expect(
    told({ matched: { ...matched, history: { ...history, taken: { ...history.taken, app: 'closed' } } } }),
  ).toEqual(['different: tasks that were left of the orders'])
  expect(told({ matched: { ...matched, history: undefined } })).toEqual([
    'open: tasks that were left of the orders',
    'open: longest run of the category',
  ])
  expect(
    told({ permissions: first === undefined ? [] : [{ ...first, authorizationSign: orders.app.sign }, ...others] }),
  ).toEqual([expect.stringMatching(/^different: authorization of 0x/u)])
  expect(told({ permissions: others })).toEqual([expect.stringMatching(/^open: authorization of 0x/u)])
})

test('of a task of enclaves the signatures are computed, and what shows that a key is of an enclave stays open', async () => {
  const [worker, scheduler, enclave] = await Promise.all(
    (['worker1', 'scheduler', 'stranger'] as const).map(async (person) => scene.user(person)),
  )
  if (worker === undefined || scheduler === undefined || enclave === undefined) throw new Error('Somebody is missing.')
  const deal = await scene.makeDeal({ trust: 1n, price: PRICE, tag: ['tee', 'scone'] })
  const task = await finishTask({ worker, scheduler }, { deal, index: 0n, digest: RIGHT, link: LINK, enclave })

  const { checks, evidence } = await verifyTask(auditor.context, task, { result: ZIP })
  const permissions = evidence.permissions.map((one) => ({ ...one, enclaveSign: one.authorizationSign }))
  const forged = checkTask({ ...evidence, permissions })

  expect(notSame(checks).map(({ what }) => what.split(' ')[0])).toEqual(['attestation'])
  expect(
    checks.filter(({ what }) => /^(?:authorization|enclave|signature) of 0x|^signature of the enclave/u.test(what)),
  ).toHaveLength(3)
  expect(differing({ checks: forged }).map(({ what }) => what)).toEqual([
    expect.stringContaining('signature of the enclave'),
  ])
})

test('a storage that serves anything else than the result is not right, and one that does not answer leaves it open', async () => {
  const task = await agree(await scene.makeDeal({ trust: 3n, price: PRICE }))
  const storage = await startStorage()
  const { context } = await scene.user('stranger', { storageUrl: storage.url })
  const serve = async (file: Uint8Array | undefined): Promise<VerifiedTask> => {
    storage.files.clear()
    if (file !== undefined) storage.files.set('QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o', file)
    return verifyTask(context, task)
  }

  const right = await serve(ZIP)
  const garbage = await serve(new TextEncoder().encode('this is not a zip archive'))
  const empty = await serve(zipOf({}))
  const missing = await serve(undefined)
  await storage.stop()

  expect([right, garbage, empty, missing].map(({ isRight }) => isRight)).toEqual([true, false, false, true])
  expect([right, garbage, empty, missing].map(({ checks }) => notSame(checks).map(({ verdict }) => verdict))).toEqual([
    [],
    ['different'],
    ['different'],
    ['open'],
  ])
})

async function agree(deal: DealId): Promise<TaskId> {
  const task = await scene.initialize(deal)
  for (const worker of ['worker1', 'worker2'] as const) await scene.contribute(task, worker, RIGHT)
  for (const worker of ['worker1', 'worker2'] as const) await scene.reveal(task, worker, RIGHT)
  await scene.finalize(task, LINK)
  return task
}

function notSame(checks: readonly TaskCheck[]): readonly TaskCheck[] {
  return checks.filter(({ verdict }) => verdict !== 'same')
}

async function reopen(task: `0x${string}`): Promise<void> {
  const { context } = await scene.user('scheduler')
  const data = encodeFunctionData({ abi: hubAbi, functionName: 'reopen', args: [task] })
  await context.signer?.send({ to: context.contracts.hub, data, label: 'reopen' })
}
