// English.
import { explorer } from './explorer.ts'
import { site } from './site.ts'

/** All English words, by room. */
export const words: { readonly site: typeof site; readonly explorer: typeof explorer } = { site, explorer }
