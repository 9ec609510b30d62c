// All pages and their addresses: /<chain>/<page>, so that a link says all of what it shows.
import { createRootRoute, createRoute, createRouter, redirect, notFound, type AnyRouter } from '@tanstack/react-router'
import { explorerRoutes } from '../explorer/routes.tsx'
import { Fault } from '../read/fault.ts'
import { Failure, Skeleton } from '../show/states.tsx'
import { storeRoutes } from '../store/routes.tsx'
import { tradeRoutes } from '../trade/routes.tsx'
import type { Config } from './config.ts'
import { Frame } from './Frame.tsx'
import { NotFound } from './NotFound.tsx'
import { lazyPage } from './part.ts'
import { PART_STARTS } from './parts.ts'

/** The pages of the site. */
export function createSiteRouter(config: Config): AnyRouter {
  const root = createRootRoute({ component: Frame })
  const start = createRoute({
    getParentRoute: () => root,
    path: '/',
    beforeLoad: () => {
      const [part = 'explorer'] = config.parts
      redirect({ to: `/${config.chains[0].slug}${PART_STARTS[part]}`, throw: true })
    },
  })
  const ofChain = createRoute({
    getParentRoute: () => root,
    path: '$chain',
    beforeLoad: ({ params }) => {
      if (!config.chains.some(({ slug }) => slug === params.chain)) notFound({ throw: true })
    },
  })
  const watching = createRoute({
    getParentRoute: () => ofChain,
    path: 'watching',
    component: lazyPage(async () => import('../watch/WatchPage.tsx'), 'WatchPage'),
  })
  return createRouter({
    routeTree: root.addChildren([
      start,
      ofChain.addChildren([...explorerRoutes(ofChain), ...tradeRoutes(ofChain), ...storeRoutes(ofChain), watching]),
    ]),
    basepath: new URL(document.baseURI).pathname,
    defaultPreload: 'intent',
    defaultNotFoundComponent: NotFound,
    defaultPendingComponent: Skeleton,
    defaultErrorComponent: ({ error, reset }) => (
      <Failure error={error instanceof Error ? error : new Error(String(error))} retry={retryOf(error, reset)} />
    ),
    scrollRestoration: true,
  })
}

/** A part that did not come is remembered as that: only the whole site brings it. */
function retryOf(error: unknown, reset: () => void): () => void {
  if (!(error instanceof Fault) || error.code !== 'NotLoaded') return reset
  return () => {
    location.reload()
  }
}
