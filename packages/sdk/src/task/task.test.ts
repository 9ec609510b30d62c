// Tasks on a real chain: shown, followed to each of their ends, and claimed.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { digestOf, startScene, type Scene } from '../../test/scene.ts'
import type { ShownTask } from './showTask.ts'

const RIGHT = digestOf('right')
const LINK = '{ "storage": "ipfs", "location": "/ipfs/QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o" }'
/** Longest run time of category 0. */
const T = 300n

let scene: Scene
beforeAll(async () => {
  scene = await startScene()
})
afterAll(async () => {
  await scene.stop()
})

test('a task is followed from before its beginning to its result, and says at each step why it waits', async () => {
  const alice = await scene.user('requester')
  const deal = await scene.makeDeal({ trust: 3n })
  const taskid = alice.deals.computeTaskId(deal, 0n)
  const steps: readonly (() => Promise<unknown>)[] = [
    async () => scene.initialize(deal),
    async () => scene.contribute(taskid, 'worker1', RIGHT),
    async () => scene.contribute(taskid, 'worker2', RIGHT),
    async () => scene.reveal(taskid, 'worker1', RIGHT),
    async () => scene.reveal(taskid, 'worker2', RIGHT),
    async () => scene.finalize(taskid, LINK),
  ]

  const seen: ShownTask[] = []
  for await (const state of alice.tasks.watch(taskid, { dealid: deal })) {
    seen.push(state)
    await steps[seen.length - 1]?.()
  }

  expect(seen.map(({ statusName, reason }) => `${statusName}: ${reason}`)).toEqual([
    'UNSET: The workerpool has not begun it yet.',
    'ACTIVE: No worker has contributed yet.',
    'ACTIVE: 1 worker has contributed; a trust of 3 takes more who agree.',
    'REVEALING: The workers agree; 0 of 2 revealed their result.',
    'REVEALING: The workers agree; 1 of 2 revealed their result.',
    'REVEALING: All 2 who agreed revealed their result: the workerpool has to finish it.',
    'COMPLETED: It is finished, and the workers agreed on its result.',
  ])
  expect(seen.at(-1)).toMatchObject({
    end: 'completed',
    results: { storage: 'ipfs', location: '/ipfs/QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o' },
    nextDeadline: undefined,
  })
  expect(seen.at(-1)?.contributions.map(({ status, weight }) => [status, weight])).toEqual([
    ['proved', 1n],
    ['proved', 1n],
  ])
})

test('a task that nobody finishes ends as timed out at its final deadline, and is claimed then and not before', async () => {
  const alice = await scene.user('requester')
  const deal = await scene.makeDeal({ trust: 3n })
  const taskid = await scene.initialize(deal)
  const { deal: terms } = await alice.tasks.show(taskid)

  await expect(alice.tasks.claim(taskid)).rejects.toMatchObject({
    code: 'Refused',
    message: expect.stringMatching(/cannot be claimed before \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\.$/u),
    details: { finalDeadline: terms.finalDeadline },
  })
  const seen: string[] = []
  for await (const { statusName, reason } of alice.tasks.watch(taskid)) {
    seen.push(`${statusName}: ${reason}`)
    if (seen.length < 3) await scene.warp(seen.length === 1 ? 7n * T : 3n * T)
  }
  await alice.tasks.claim(taskid)

  expect(seen).toEqual([
    'ACTIVE: No worker has contributed yet.',
    'ACTIVE: No worker has contributed, and it is too late for more: it will fail.',
    'TIMEOUT: It was not finished in time: anyone can claim it, and then its price goes back to who paid.',
  ])
  expect(await alice.tasks.show(taskid)).toMatchObject({ statusName: 'FAILED', isTimedOut: false, end: 'failed' })
  await expect(alice.tasks.claim(taskid)).rejects.toMatchObject({
    code: 'Refused',
    message: expect.stringContaining('before'),
  })
})

test('a watching ends when its signal does', async () => {
  const alice = await scene.user('requester')
  const taskid = await scene.initialize(await scene.makeDeal())
  const controller = new AbortController()

  const watching = async (): Promise<void> => {
    for await (const _ of alice.tasks.watch(taskid, { signal: controller.signal })) controller.abort()
  }

  await expect(watching()).rejects.toMatchObject({ code: 'Aborted' })
})

test('a task that has not begun is found by its deal only, and not in another deal', async () => {
  const alice = await scene.user('requester')
  const [deal, other] = [await scene.makeDeal({ volume: 2n }), await scene.makeDeal()]
  const taskid = alice.tasks.computeTaskId(deal, 1n)

  expect(await alice.tasks.show(taskid, { dealid: deal })).toMatchObject({ index: 1n, statusName: 'UNSET' })
  await expect(alice.tasks.show(taskid)).rejects.toMatchObject({ code: 'NotFound' })
  await expect(alice.tasks.show(taskid, { dealid: other })).rejects.toMatchObject({ code: 'NotFound' })
  await expect(alice.tasks.show('0x12')).rejects.toMatchObject({ code: 'InvalidInput' })
})
