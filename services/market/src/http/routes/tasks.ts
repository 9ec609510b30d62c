// Routes of tasks and of the contributions to them.
import { z } from 'zod'
import { contributionItem, contributionQuery, taskItem, taskQuery } from '@iexec/wire'
import { orNotFound } from '../notFound.ts'
import type { Rooms } from '../rooms.ts'
import { chainRoute, type Checks, type Route } from '../route.ts'
import { itemAnswer, listAnswer } from './answers.ts'
import { byHash } from './fields.ts'

/** The routes of tasks and contributions. */
export function taskRoutes(
  checks: Checks,
  rooms: Pick<Rooms, 'listTasks' | 'findTask' | 'listContributions'>,
): readonly Route[] {
  return [
    chainRoute(checks, {
      method: 'get',
      path: '/tasks',
      group: 'Tasks',
      summary: 'Tasks from their initialisation on, the newest first.',
      query: taskQuery,
      paged: true,
      answer: listAnswer('tasks', taskItem),
      answerTo: async ({ market, query, page }) =>
        rooms.listTasks(market.read, { chainId: market.chainId, query, page }),
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
    chainRoute(checks, {
      method: 'get',
      path: '/contributions',
      group: 'Tasks',
      summary: 'Contributions of workers, the newest first.',
      query: contributionQuery,
      paged: true,
      answer: listAnswer('contributions', contributionItem),
      answerTo: async ({ market, query, page }) =>
        rooms.listContributions(market.read, { chainId: market.chainId, query, page }),
    }),
  ]
}
