// Parts of the site that come when they are needed.
import { lazyRouteComponent } from '@tanstack/react-router'
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
