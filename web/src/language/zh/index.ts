// Chinese.
import type { Words } from '../words.ts'
import { explorer } from './explorer.ts'
import { site } from './site.ts'

/** All Chinese words, by room. */
export const words: Words = { site, explorer }
