// Binds verbs before their code is there: it is loaded when the first of them is called.
import { bind, type AnyVerb, type Bound } from './bind.ts'
import type { Context } from './context.ts'
import type * as later from './later.ts'

/** The nouns whose verbs are loaded later. */
type Later = Pick<
  typeof later,
  'marketAccounts' | 'operators' | 'poolTasks' | 'results' | 'runs' | 'secrets' | 'storage'
>

// The names have to be there before the code is. One that is forgotten, or is none, does not compile.
const NAMES: { readonly [Noun in keyof Later]: { readonly [Name in keyof Later[Noun]]: true } } = {
  marketAccounts: { earned: true, history: true },
  operators: { add: true, deploy: true, revoke: true, setLimits: true, show: true, withdraw: true },
  poolTasks: { logs: true, offchain: true, stream: true },
  results: { checkEncryptionKey: true, download: true, open: true, pushEncryptionKey: true, verify: true },
  runs: { estimate: true, estimateMap: true, map: true, resume: true, run: true, start: true },
  secrets: {
    checkApp: true,
    checkDataset: true,
    checkRequester: true,
    pushApp: true,
    pushDataset: true,
    pushRequester: true,
  },
  storage: { add: true, addFiles: true, checkToken: true, fetch: true, has: true, open: true, pushToken: true },
}

/**
 * The verbs of one noun, bound to a market, for what many pages never do. All of them answer with promises.
 *
 * @example
 * await bindLater(context, 'secrets').pushRequester('my-key', 'its value') // loads `later.ts`
 */
export function bindLater<Noun extends keyof Later>(context: Context, noun: Noun): Bound<Later[Noun]> {
  const verbs = Object.keys(NAMES[noun]).map((name) => [
    name,
    async (its: Context, ...rest: readonly unknown[]): Promise<unknown> => {
      const loaded: Readonly<Record<string, unknown>> = (await import('./later.ts'))[noun]
      return (loaded[name] as AnyVerb)(its, ...rest)
    },
  ])
  return bind(context, Object.fromEntries(verbs)) as Bound<Later[Noun]>
}
