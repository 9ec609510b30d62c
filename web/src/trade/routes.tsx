// The pages of the market, below `/<chain>/market`.
import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router'
import { readListSearch } from '../site/search.ts'
import { readBookSearch, readDealsSearch, readMineSearch, readPlaceSearch } from './search.ts'

/** The pages of the market. */
export function tradeRoutes(parent: AnyRoute): readonly AnyRoute[] {
  return [
    createRoute({
      getParentRoute: () => parent,
      path: 'market',
      component: lazyRouteComponent(async () => import('./MarketPage.tsx'), 'MarketPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: 'market/$category',
      validateSearch: (search) => ({ ...readListSearch(search), ...readBookSearch(search) }),
      component: lazyRouteComponent(async () => import('./CategoryBookPage.tsx'), 'CategoryBookPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: 'market/new',
      validateSearch: readPlaceSearch,
      component: lazyRouteComponent(async () => import('./PlaceOrderPage.tsx'), 'PlaceOrderPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: 'market/mine',
      validateSearch: (search) => ({ ...readListSearch(search), ...readMineSearch(search) }),
      component: lazyRouteComponent(async () => import('./MinePage.tsx'), 'MinePage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: 'order/$kind/$hash',
      validateSearch: readDealsSearch,
      component: lazyRouteComponent(async () => import('./OrderPage.tsx'), 'OrderPage'),
    }),
  ]
}
