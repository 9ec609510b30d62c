// The pages of the market, below `/<chain>/market`.
import { createRoute, type AnyRoute } from '@tanstack/react-router'
import { readListSearch } from '../site/search.ts'
import { readBookSearch, readDealsSearch, readMineSearch, readPlaceSearch } from './search.ts'
import { lazyPage } from '../site/part.ts'

/** The pages of the market. */
export function tradeRoutes(parent: AnyRoute): readonly AnyRoute[] {
  return [
    createRoute({
      getParentRoute: () => parent,
      path: 'market',
      component: lazyPage(async () => import('./MarketPage.tsx'), 'MarketPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: 'market/$category',
      validateSearch: (search) => ({ ...readListSearch(search), ...readBookSearch(search) }),
      component: lazyPage(async () => import('./CategoryBookPage.tsx'), 'CategoryBookPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: 'market/new',
      validateSearch: readPlaceSearch,
      component: lazyPage(async () => import('./PlaceOrderPage.tsx'), 'PlaceOrderPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: 'market/mine',
      validateSearch: (search) => ({ ...readListSearch(search), ...readMineSearch(search) }),
      component: lazyPage(async () => import('./MinePage.tsx'), 'MinePage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: 'order/$kind/$hash',
      validateSearch: readDealsSearch,
      component: lazyPage(async () => import('./OrderPage.tsx'), 'OrderPage'),
    }),
  ]
}
