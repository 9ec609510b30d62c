// All places of a worker, with a real table; the chain's answers come when the test says.
import { openDatabase } from '@iexec/service'
import type { Place } from '@iexec/wire/work'
import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createStore } from '../store/store.ts'
import { MIGRATIONS, type Schema } from '../store/tables.ts'
import type { DoWork } from './actor.ts'
import { createDesk } from './desk.ts'
import type { PlaceTerms, StoredVote, TaskSight } from './state.ts'

const place: Place = {
  taskId: `0x${'11'.repeat(32)}`,
  dealId: `0x${'22'.repeat(32)}`,
  index: 0,
  path: 'commit',
  enclaveChallenge: `0x${'00'.repeat(20)}`,
  authorization: '0xaa',
  wantedUntil: 100,
}
const terms: PlaceTerms = { workerStake: '5', startTime: 50, contributionDeadline: 700, finalDeadline: 1_000 }
const vote: StoredVote = { digest: `0x${'33'.repeat(32)}`, resultHash: `0x${'44'.repeat(32)}`, archive: 'result.zip' }
const UNSET: TaskSight = { status: 'unset', mine: 'none' }
const ACTIVE: TaskSight = { status: 'active', mine: 'none' }
const never: DoWork = async () => Promise.resolve([])

test('a vote is sent though the task was begun while its offer was looked at, and no other news comes', async () => {
  const answers: ((sight: TaskSight) => void)[] = []
  const contribute = vi.fn<DoWork>(async () => Promise.resolve([]))
  const database = await openDatabase<Schema>({ engine: 'sqlite', file: ':memory:' }, { migrations: MIGRATIONS })
  const desk = createDesk({
    store: createStore(database, Date.now),
    works: {
      verify: async (_, { look }) => {
        await look()
        return [{ type: 'accepted', terms }]
      },
      compute: async () => Promise.resolve([{ type: 'computed', vote }]),
      contribute,
      finalize: never,
      reveal: never,
      upload: never,
    },
    look: async () => new Promise((resolve) => void answers.push(resolve)),
    report: () => undefined,
    discard: () => undefined,
    log: pino({ enabled: false }),
    now: Date.now,
  })
  onTestFinished(async () => {
    await desk.close()
    await database.close()
  })
  await desk.offer(place)
  await expect.poll(() => answers.length).toBe(1)

  desk.lookAt(new Set([place.taskId]))
  answers[1]?.(ACTIVE)
  await expect.poll(() => desk.list()[0]?.sight).toEqual(ACTIVE)
  answers[0]?.(UNSET)

  await expect.poll(() => contribute.mock.calls.length).toBe(1)
  expect(desk.list()[0]).toMatchObject({ at: 'contributing', sight: ACTIVE })
})
