// The pages of the store.
import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router'
import { readRunSearch, readSellSearch, readStoreSearch } from './storeSearch.ts'

/** The pages of the store, below `/<chain>`. */
export function storeRoutes(parent: AnyRoute): readonly AnyRoute[] {
  return [
    createRoute({
      getParentRoute: () => parent,
      path: 'store',
      validateSearch: readStoreSearch,
      component: lazyRouteComponent(async () => import('./catalogue/CataloguePage.tsx'), 'CataloguePage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: 'store/sell',
      validateSearch: readSellSearch,
      component: lazyRouteComponent(async () => import('./sell/SellPage.tsx'), 'SellPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: 'store/$org/$app',
      validateSearch: readRunSearch,
      component: lazyRouteComponent(async () => import('./app/AppPage.tsx'), 'AppPage'),
    }),
  ]
}
