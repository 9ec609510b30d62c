// Parts of the site that come when they are needed.
import { lazyRouteComponent } from '@tanstack/react-router'
import { createElement, lazy, Suspense, type FunctionComponent, type ReactElement } from 'react'
import { Fault } from '../read/fault.ts'

/**
 * Loads a part. One that does not come fails in words of ours: on those of a browser the router loads the whole site anew, which ends
 * in an error page of the browser when its reader is offline.
 *
 * @throws Fault `NotLoaded`
 * @example
 * const { Charts } = await part(async () => import('./Charts.tsx'))()
 */
export function part<Module>(load: () => Promise<Module>): () => Promise<Module> {
  return async () => {
    try {
      return await load()
    } catch (cause) {
      throw new Fault('NotLoaded', 'A part of this site could not be loaded.', { cause })
    }
  }
}

/**
 * A page that is loaded when somebody goes there.
 *
 * @example
 * createRoute({ path: 'tasks', component: lazyPage(async () => import('./TasksPage.tsx'), 'TasksPage') })
 */
export const lazyPage: typeof lazyRouteComponent = (load, name) => lazyRouteComponent(part(load), name)

/**
 * A part without which a page is there all the same: it comes after the page, and where it does not, nothing stands in its place.
 *
 * @param load fetches its words, too: those that it first asks for when it is drawn would take the page down where they do not come
 * @example
 * const Star = late(async () => {
 *   const [{ Star }] = await Promise.all([import('./Star.tsx'), rooms.fetch('watch')])
 *   return Star
 * })
 */
export function late<Props extends object>(
  load: () => Promise<FunctionComponent<Props>>,
): (props: Props) => ReactElement {
  const Part = lazy(async () => ({ default: await load().catch((): FunctionComponent<Props> => () => null) }))
  return (props) => createElement(Suspense, { fallback: null }, createElement(Part, props))
}
