// The pages of what is done: deals, tasks and transactions.
import { createRoute, type AnyRoute } from '@tanstack/react-router'
import { readListSearch } from '../site/search.ts'
import { readTaskSearch } from './task/search.ts'
import { lazyPage } from '../site/part.ts'

/** The pages of deals, tasks and transactions, below `/<chain>`. */
export function workRoutes(parent: AnyRoute): readonly AnyRoute[] {
  const under = { getParentRoute: () => parent }
  return [
    createRoute({
      ...under,
      path: 'deal/$id',
      validateSearch: readListSearch,
      component: lazyPage(async () => import('./deal/DealPage.tsx'), 'DealPage'),
    }),
    createRoute({
      ...under,
      path: 'task/$id',
      validateSearch: readTaskSearch,
      component: lazyPage(async () => import('./task/TaskPage.tsx'), 'TaskPage'),
    }),
    createRoute({
      ...under,
      path: 'tx/$id',
      component: lazyPage(async () => import('./tx/TxPage.tsx'), 'TxPage'),
    }),
  ]
}
