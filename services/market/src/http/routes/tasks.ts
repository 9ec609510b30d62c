// Routes of tasks and of the contributions to them.
import { z } from 'zod'
import { contributionItem, contributionQuery, taskItem, taskQuery } from '@iexec/wire'
import { orNotFound } from '../notFound.ts'
import type { Rooms } from '../rooms.ts'
import { chainRoute, type Checks, type Route } from '../route.ts'
import { itemAnswer } from './answers.ts'
import { byHash } from './fields.ts'
import { listRoute } from './lists.ts'

/** The routes of tasks and contributions. */
export function taskRoutes(
  checks: Checks,
  rooms: Pick<Rooms, 'listTasks' | 'findTask' | 'listContributions'>,
): readonly Route[] {
  return [
    listRoute(checks, {
      name: 'tasks',
      group: 'Tasks',
      summary: 'Tasks from their initialisation on, the newest first.',
      query: taskQuery,
      item: taskItem,
      list: rooms.listTasks,
    }),
    chainRoute(checks, {
      method: 'get',
      path: '/tasks/:taskid',
      group: 'Tasks',
      summary: 'One task, and what workers contributed to it.',
      params: byHash('taskid'),
      answer: itemAnswer(taskItem, { contributions: z.array(contributionItem) }),
      failures: { 404: 'task not found' },
      answerTo: async ({ market, params }) =>
        orNotFound(await rooms.findTask(market.read, { chainId: market.chainId, taskid: params.taskid }), 'task'),
    }),
    listRoute(checks, {
      name: 'contributions',
      group: 'Tasks',
      summary: 'Contributions of workers, the newest first.',
      query: contributionQuery,
      item: contributionItem,
      list: rooms.listContributions,
    }),
  ]
}
