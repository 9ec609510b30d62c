// The pages of the explorer.
import { createRoute, type AnyRoute } from '@tanstack/react-router'
import { readListSearch } from '../site/search.ts'
import { workRoutes } from './workRoutes.tsx'
import {
  readAccountsSearch,
  readAssetsSearch,
  readChartSearch,
  readDealsSearch,
  readQuerySearch,
  readTabSearch,
  readTasksSearch,
  readTransactionsSearch,
} from './searches.ts'
import { lazyPage } from '../site/part.ts'

/** The pages of the explorer, below `/<chain>`. */
export function explorerRoutes(parent: AnyRoute): readonly AnyRoute[] {
  return [...listRoutes(parent), ...pageRoutes(parent), ...workRoutes(parent)]
}

function listRoutes(parent: AnyRoute): readonly AnyRoute[] {
  const under = { getParentRoute: () => parent }
  return [
    createRoute({
      ...under,
      path: 'deals',
      validateSearch: readDealsSearch,
      component: lazyPage(async () => import('./DealsPage.tsx'), 'DealsPage'),
    }),
    createRoute({
      ...under,
      path: 'tasks',
      validateSearch: readTasksSearch,
      component: lazyPage(async () => import('./TasksPage.tsx'), 'TasksPage'),
    }),
    ...(['App', 'Dataset', 'Workerpool'] as const).map((kind) =>
      createRoute({
        ...under,
        path: `${kind.toLowerCase()}s`,
        validateSearch: readAssetsSearch,
        component: lazyPage(async () => import('./AssetsPage.tsx'), `${kind}sPage`),
      }),
    ),
    ...(['Account', 'Worker'] as const).map((kind) =>
      createRoute({
        ...under,
        path: `${kind.toLowerCase()}s`,
        validateSearch: readAccountsSearch,
        component: lazyPage(async () => import('./AccountsPage.tsx'), `${kind}sPage`),
      }),
    ),
    createRoute({
      ...under,
      path: 'transactions',
      validateSearch: readTransactionsSearch,
      component: lazyPage(async () => import('./TransactionsPage.tsx'), 'TransactionsPage'),
    }),
    createRoute({
      ...under,
      path: 'categories',
      validateSearch: readListSearch,
      component: lazyPage(async () => import('./CategoriesPage.tsx'), 'CategoriesPage'),
    }),
  ]
}

function pageRoutes(parent: AnyRoute): readonly AnyRoute[] {
  const under = { getParentRoute: () => parent }
  return [
    createRoute({
      ...under,
      path: 'search',
      validateSearch: readQuerySearch,
      component: lazyPage(async () => import('./SearchPage.tsx'), 'SearchPage'),
    }),
    createRoute({
      ...under,
      path: '/',
      validateSearch: readChartSearch,
      component: lazyPage(async () => import('./home/HomePage.tsx'), 'HomePage'),
    }),
    ...(['App', 'Dataset', 'Workerpool'] as const).map((kind) =>
      createRoute({
        ...under,
        path: `${kind.toLowerCase()}/$id`,
        validateSearch: readTabSearch,
        component: lazyPage(async () => import('./asset/AssetPage.tsx'), `${kind}Page`),
      }),
    ),
    createRoute({
      ...under,
      path: 'worker/$id',
      validateSearch: readTabSearch,
      component: lazyPage(async () => import('./worker/WorkerPage.tsx'), 'WorkerPage'),
    }),
    createRoute({
      ...under,
      path: 'category/$id',
      validateSearch: readTabSearch,
      component: lazyPage(async () => import('./category/CategoryPage.tsx'), 'CategoryPage'),
    }),
    createRoute({
      ...under,
      path: 'address/$id',
      validateSearch: readTabSearch,
      component: lazyPage(async () => import('./account/AccountPage.tsx'), 'AccountPage'),
    }),
  ]
}
