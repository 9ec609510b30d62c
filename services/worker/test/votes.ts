// Tests of what becomes of an offer: computed, voted for, revealed, or stopped in time. `src/worker.test.ts` runs them.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { waitForReceipt } from '@iexec/chain'
import { sealVote, type TaskId } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import type { PlaceReport } from '@iexec/wire/work'
import { sha256, stringToHex } from 'viem'
import { expect, test } from 'vitest'
import { FOREVER, TRAP } from './modules.ts'
import { POLL, scene } from './scene.ts'
import type { PlaceWish, Wish } from './shop.ts'

test('a task of trust 1 is computed, stored and finished in one transaction, although nobody has initialized it', async () => {
  await scene.hire(0)
  const { deal, task } = await scene.buy({ trust: 1n })

  await scene.offer(0, { deal, path: 'finalize' })

  const report = await scene.hear(0, task, 'done')
  expect(report).toMatchObject({ state: 'done', exitCode: 0 })
  expect(await scene.shop.statusOf(task)).toBe(3)
  expect(scene.storage.uploads().map(({ cid }) => cid)).toContain(report.cid)
})

test('a task that somebody has initialized is finished in one transaction, too', async () => {
  await scene.hire(0)
  const { deal, task } = await scene.buy({ trust: 1n })
  await scene.shop.initialize(deal)

  await scene.offer(0, { deal, path: 'finalize' })

  expect(await scene.hear(0, task, 'done')).toMatchObject({ state: 'done' })
})

test('three workers vote and reveal; the first two of the chain bring the same result, and the third when it is asked', async () => {
  for (const number of [0, 1, 2]) await scene.hire(number)
  const { deal, task } = await scene.buy()
  await scene.shop.initialize(deal)

  for (const number of [0, 1, 2]) await scene.offer(number, { deal })
  const [first] = await Promise.all([0, 1, 2].map(async (number) => scene.hear(number, task, 'revealed')))

  const args = [task] as const
  const { contributors } = await scene.shop.market.owner.readContract({
    address: scene.shop.hub,
    abi: hubAbi,
    functionName: 'viewTask',
    args,
  })
  await expect.poll(() => scene.bringersOf(task).toSorted(), POLL).toEqual(contributors.slice(0, 2).toSorted())
  const third = contributors[2]
  if (third !== undefined) await scene.scheduler.deliver(third, task)
  await expect.poll(() => scene.bringersOf(task), POLL).toHaveLength(3)
  await scene.shop.finalize(task)
  const ends = await Promise.all([0, 1, 2].map(async (number) => scene.hear(number, task)))
  expect(ends.map(({ state, digest }) => [state, digest])).toEqual(ends.map(() => ['done', first?.digest]))
  expect(new Set(ends.map(({ cid }) => cid)).size).toBe(1)
})

test('a vote waits until the task is initialized', async () => {
  await scene.hire(0)
  const { deal, task } = await scene.buy({ trust: 2n })

  await scene.offer(0, { deal })
  await scene.hear(0, task, 'computed')
  await scene.shop.initialize(deal)

  expect(await scene.hear(0, task, 'revealed')).toMatchObject({ state: 'revealed' })
})

test('the failure of an app is voted for, and what it failed of is told', async () => {
  await scene.hire(0)
  const { deal, task } = await scene.buy({ trust: 1n, module: scene.modules.find(TRAP) })

  await scene.offer(0, { deal, path: 'finalize' })

  expect(await scene.hear(0, task, 'done')).toMatchObject({
    state: 'done',
    cause: 'APP_TRAPPED',
    digest: sha256(stringToHex('APP_TRAPPED')),
  })
})

const UNKNOWN = '{"iexec_magic":1}'
const SECRETS = '{"iexec_secrets":{"1":"key"}}'

type Impossible = {
  readonly what: string
  readonly wish: Partial<Wish>
  readonly cause: NonNullable<PlaceReport['cause']>
  readonly says: string
}

test.each<Impossible>([
  { what: 'an unknown key', wish: { params: UNKNOWN }, cause: 'PARAMS_REFUSED', says: 'no key "iexec_magic"' },
  { what: 'a wrong value', wish: { params: '{"iexec_args": 5}' }, cause: 'PARAMS_REFUSED', says: 'a text, not 5' },
  { what: 'secrets, and no TEE', wish: { params: SECRETS }, cause: 'PARAMS_REFUSED', says: 'iexec_secrets' },
  { what: 'an app of no known type', wish: { type: 'JAR' }, cause: 'APP_IMAGE_REFUSED', says: 'of the type "JAR"' },
])('a deal with $what ends by a vote, also of a worker that has no engine', async ({ wish, cause, says }) => {
  await scene.hire(0, { engines: [] }, { engines: [] })
  const { deal, task } = await scene.buy({ trust: 1n, ...wish })

  await scene.offer(0, { deal, path: 'finalize' })

  const digest = sha256(stringToHex(cause))
  expect(await scene.hear(0, task, 'done')).toMatchObject({
    state: 'done',
    cause,
    digest,
    message: expect.stringContaining(says),
  })
  expect(await scene.shop.statusOf(task)).toBe(3)
})

test('a vote that a reorganisation took off the chain is sent again, without computing again', async () => {
  await scene.hire(0)
  const { deal, task } = await scene.buy()
  await scene.shop.initialize(deal)
  await scene.offer(0, { deal })
  await scene.hear(0, task, 'contributed')
  await expect.poll(async () => scene.shop.voteOf(task, scene.addressOf(0)), POLL).toBe(1)
  const { owner } = scene.shop.market

  await rollBack(1)
  expect(await scene.shop.voteOf(task, scene.addressOf(0))).toBe(0)
  // Other blocks than those that were there.
  await owner.increaseTime({ seconds: 3 })
  await owner.mine({ blocks: 2 })

  await expect.poll(async () => scene.shop.voteOf(task, scene.addressOf(0)), POLL).toBe(1)
  expect(scene.scheduler.reports(scene.addressOf(0), task).filter(({ state }) => state === 'running')).toHaveLength(1)
})

async function rollBack(depth: number): Promise<void> {
  const request = scene.shop.market.owner.request as (call: {
    readonly method: string
    readonly params: readonly unknown[]
  }) => Promise<unknown>
  await request({ method: 'anvil_rollback', params: [depth] })
}

test('an app that is withdrawn while it runs is stopped, nothing is locked, and nothing of it is left', async () => {
  const worker = await scene.hire(0)
  const { deal, task } = await scene.buy({ module: scene.modules.find(FOREVER) })
  await scene.offer(0, { deal })
  await scene.hear(0, task, 'running')

  await scene.scheduler.withdraw(scene.addressOf(0), task, 'Enough.')

  expect(await scene.hear(0, task)).toMatchObject({ state: 'aborted', cause: 'WITHDRAWN', message: 'Enough.' })
  expect(await scene.shop.voteOf(task, scene.addressOf(0))).toBe(0)
  await expect.poll(() => existsSync(join(worker.tasks, task)), POLL).toBe(false)
})

test('an app is stopped as soon as others have agreed on the result', async () => {
  await scene.hire(0)
  await scene.hire(1)
  const { deal, task } = await scene.buy({ module: scene.modules.find(FOREVER), trust: 2n })
  await scene.shop.initialize(deal)
  await scene.offer(0, { deal })
  await scene.hear(0, task, 'running')

  await voteBy(1, { deal })

  expect(await scene.hear(0, task)).toMatchObject({ state: 'aborted', cause: 'CONSENSUS_OF_OTHERS' })
})

/** Votes on the chain for any result, as another worker would. */
async function voteBy(number: number, wish: PlaceWish): Promise<void> {
  const client = scene.shop.worker(number)
  const { taskId: task, enclaveChallenge, authorization } = await scene.shop.place(scene.addressOf(number), wish)
  const { resultHash, resultSeal } = sealVote(scene.addressOf(number), task as TaskId, sha256('0x01'))
  const args = [task, resultHash, resultSeal, enclaveChallenge, '0x', authorization] as const
  const hash = await client.writeContract({ address: scene.shop.hub, abi: hubAbi, functionName: 'contribute', args })
  await waitForReceipt(client, hash)
}
