// The pages of the explorer.
import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router'
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
      component: lazyRouteComponent(async () => import('./DealsPage.tsx'), 'DealsPage'),
    }),
    createRoute({
      ...under,
      path: 'tasks',
      validateSearch: readTasksSearch,
      component: lazyRouteComponent(async () => import('./TasksPage.tsx'), 'TasksPage'),
    }),
    ...(['App', 'Dataset', 'Workerpool'] as const).map((kind) =>
      createRoute({
        ...under,
        path: `${kind.toLowerCase()}s`,
        validateSearch: readAssetsSearch,
        component: lazyRouteComponent(async () => import('./AssetsPage.tsx'), `${kind}sPage`),
      }),
    ),
    ...(['Account', 'Worker'] as const).map((kind) =>
      createRoute({
        ...under,
        path: `${kind.toLowerCase()}s`,
        validateSearch: readAccountsSearch,
        component: lazyRouteComponent(async () => import('./AccountsPage.tsx'), `${kind}sPage`),
      }),
    ),
    createRoute({
      ...under,
      path: 'transactions',
      validateSearch: readTransactionsSearch,
      component: lazyRouteComponent(async () => import('./TransactionsPage.tsx'), 'TransactionsPage'),
    }),
    createRoute({
      ...under,
      path: 'categories',
      validateSearch: readListSearch,
      component: lazyRouteComponent(async () => import('./CategoriesPage.tsx'), 'CategoriesPage'),
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
      component: lazyRouteComponent(async () => import('./SearchPage.tsx'), 'SearchPage'),
    }),
    createRoute({
      ...under,
      path: '/',
      validateSearch: readChartSearch,
      component: lazyRouteComponent(async () => import('./home/HomePage.tsx'), 'HomePage'),
    }),
    ...(['App', 'Dataset', 'Workerpool'] as const).map((kind) =>
      createRoute({
        ...under,
        path: `${kind.toLowerCase()}/$id`,
        validateSearch: readTabSearch,
        component: lazyRouteComponent(async () => import('./asset/AssetPage.tsx'), `${kind}Page`),
      }),
    ),
    createRoute({
      ...under,
      path: 'worker/$id',
      validateSearch: readTabSearch,
      component: lazyRouteComponent(async () => import('./worker/WorkerPage.tsx'), 'WorkerPage'),
    }),
    createRoute({
      ...under,
      path: 'category/$id',
      validateSearch: readTabSearch,
      component: lazyRouteComponent(async () => import('./category/CategoryPage.tsx'), 'CategoryPage'),
    }),
    createRoute({
      ...under,
      path: 'address/$id',
      validateSearch: readTabSearch,
      component: lazyRouteComponent(async () => import('./account/AccountPage.tsx'), 'AccountPage'),
    }),
  ]
}
