// Makes verbs of a context into verbs of one market: the context is filled in, and bad input comes as an `IexecError`.
import type { Context } from './context.ts'
import { asIexecError } from './error/iexecError.ts'

/** Verbs without their first parameter, the context. */
export type Bound<Verbs> = {
  readonly [Name in keyof Verbs]: Verbs[Name] extends (context: Context, ...rest: infer Rest) => infer Answer
    ? (...rest: Rest) => Answer
    : Verbs[Name]
}

/** Any verb, when it does not matter which one. */
export type AnyVerb = (context: Context, ...rest: readonly unknown[]) => unknown

/**
 * The verbs of one noun, bound to a market.
 *
 * @example
 * bind(context, { deposit }).deposit(7n)
 */
export function bind<Verbs extends object>(context: Context, verbs: Verbs): Bound<Verbs> {
  return Object.fromEntries(
    Object.entries(verbs).map(([name, verb]: [string, AnyVerb]) => [
      name,
      (...rest: readonly unknown[]): unknown => inWords(() => verb(context, ...rest)),
    ]),
  ) as Bound<Verbs>
}

/** Translates what is thrown now, and what is thrown later. */
function inWords(work: () => unknown): unknown {
  try {
    const answer = work()
    return answer instanceof Promise ? answer.catch(rethrow) : answer
  } catch (error) {
    return rethrow(error)
  }
}

function rethrow(error: unknown): never {
  throw asIexecError(error)
}
