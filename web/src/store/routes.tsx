// The pages of the store.
import { createRoute, type AnyRoute } from '@tanstack/react-router'
import { readRunSearch, readSellSearch, readStoreSearch } from './storeSearch.ts'
import { lazyPage } from '../site/part.ts'

/** The pages of the store, below `/<chain>`. */
export function storeRoutes(parent: AnyRoute): readonly AnyRoute[] {
  return [
    createRoute({
      getParentRoute: () => parent,
      path: 'store',
      validateSearch: readStoreSearch,
      component: lazyPage(async () => import('./catalogue/CataloguePage.tsx'), 'CataloguePage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: 'store/sell',
      validateSearch: readSellSearch,
      component: lazyPage(async () => import('./sell/SellPage.tsx'), 'SellPage'),
    }),
    createRoute({
      getParentRoute: () => parent,
      path: 'store/$org/$app',
      validateSearch: (search) => readRunSearch(search),
      component: lazyPage(async () => import('./app/AppPage.tsx'), 'AppPage'),
    }),
  ]
}
