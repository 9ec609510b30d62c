import { contributionItem, taskItem, type TaskQuery } from '@iexec/wire'
import { onBothEngines } from '@iexec/service/test/database'
import { expect, test } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import { address, contributionRow, hash, taskRow } from '../../test/rows.ts'
import type { Reader } from '../db/database.ts'
import { listContributions } from './listContributions.ts'
import { findTask, listTasks } from './listTasks.ts'

const FIRST = { skip: 0, limit: 20 }

onBothEngines('tasks', (engine) => {
  const filled = async (): Promise<Reader> => {
    const database = await openTestDatabase(engine)
    await database.write(async (writer) => {
      await writer
        .insertInto('task')
        .values([
          taskRow({ id: hash(1), deal: hash(10), block: 1 }),
          taskRow({ id: hash(2), deal: hash(11), block: 2, log_index: 1 }),
          taskRow({
            id: hash(3),
            deal: hash(12),
            block: 2,
            log_index: 2,
            status: 'completed',
            failure: 'APP_TIMEOUT',
            requester: address(21),
            app: address(22),
            workerpool: address(23),
            ended_at: 1_700_000_000,
          }),
        ])
        .execute()
      await writer
        .insertInto('contribution')
        .values([
          contributionRow({ task: hash(3), worker: address(31), block: 4 }),
          contributionRow({ task: hash(3), worker: address(32), block: 3, status: 'proved', digest: hash(5) }),
          contributionRow({ task: hash(1), worker: address(32), block: 5 }),
        ])
        .execute()
    })
    return database.read
  }

  test('are listed by their initialisation, the newest first', async () => {
    const read = await filled()

    const { tasks, count, ...rest } = await listTasks(read, { chainId: 134, query: {}, page: FIRST })

    expect(tasks.map(({ taskid }) => taskid)).toEqual([hash(3), hash(2), hash(1)])
    expect(tasks.map(({ failure }) => failure)).toEqual(['APP_TIMEOUT', null, null])
    expect({ count, rest }).toEqual({ count: 3, rest: {} })
  })

  test('are found by each filter, and by who contributed', async () => {
    const read = await filled()
    const idsOf = async (query: TaskQuery): Promise<readonly string[]> => {
      const { tasks, count } = await listTasks(read, { chainId: 134, query, page: FIRST })
      expect(count).toBe(tasks.length)
      return tasks.map(({ taskid }) => taskid)
    }

    expect(await idsOf({ dealid: hash(12) })).toEqual([hash(3)])
    expect(await idsOf({ status: 'completed' })).toEqual([hash(3)])
    expect(await idsOf({ requester: address(21) })).toEqual([hash(3)])
    expect(await idsOf({ app: address(22) })).toEqual([hash(3)])
    expect(await idsOf({ workerpool: address(23) })).toEqual([hash(3)])
    expect(await idsOf({ worker: address(32) })).toEqual([hash(3), hash(1)])
    expect(await idsOf({ worker: address(32), status: 'active' })).toEqual([hash(1)])
    expect(await idsOf({ worker: address(33) })).toEqual([])
  })

  test('alone are told with their contributions, the oldest first', async () => {
    const read = await filled()

    const task = await findTask(read, { chainId: 134, taskid: hash(3) })

    expect(taskItem.parse(task)).toEqual({ ...task, contributions: undefined })
    expect(task).toMatchObject({ status: 'completed', endedTimestamp: '2023-11-14T22:13:20.000Z', consensus: null })
    expect(task?.contributions.map(({ blockNumber }) => blockNumber)).toEqual([3, 4])
    expect(await findTask(read, { chainId: 134, taskid: hash(4) })).toBeUndefined()
  })

  test('have contributions that are found by task, worker and status', async () => {
    const read = await filled()

    const all = await listContributions(read, { chainId: 134, query: {}, page: FIRST })
    const query = { taskid: hash(3), worker: address(32), status: 'proved' } as const
    const one = await listContributions(read, { chainId: 134, query, page: FIRST })

    expect(all.contributions.map(({ blockNumber }) => blockNumber)).toEqual([5, 4, 3])
    expect(all.contributions.map((each) => contributionItem.parse(each))).toEqual(all.contributions)
    expect(one).toMatchObject({ count: 1, contributions: [{ resultDigest: hash(5) }] })
  })
})
