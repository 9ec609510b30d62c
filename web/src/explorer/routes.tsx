// The pages of the explorer.
import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router'
import { readListSearch } from '../site/search.ts'

/** The pages of the explorer, below `/<chain>`. */
export function explorerRoutes(parent: AnyRoute): readonly AnyRoute[] {
  return [
    createRoute({
      getParentRoute: () => parent,
      path: 'deals',
      validateSearch: readListSearch,
      component: lazyRouteComponent(async () => import('./DealsPage.tsx'), 'DealsPage'),
    }),
  ]
}
