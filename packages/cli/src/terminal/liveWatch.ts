// Following something on the chain to its end, before somebody's eyes; Ctrl-C leaves it, and says how to come back.
import { IexecError } from '@iexec/sdk'
import { CliError } from '../cliError.ts'
import type { Call } from '../command.ts'
import { openLive, type View } from './live.ts'

/** How something is followed. */
export type Following<State> = {
  readonly view: (state: State) => View | Promise<View>
  /** What is said when it is left: that it goes on, and the command that comes back. */
  readonly left: { readonly sentence: string; readonly hints: readonly string[] }
}

/**
 * Shows each state, and returns the last one.
 *
 * @throws CliError `Interrupted` at Ctrl-C; whatever the states throw
 */
export async function follow<State>(
  { terminal, signal }: Pick<Call, 'terminal' | 'signal'>,
  states: AsyncIterable<State>,
  { view, left }: Following<State>,
): Promise<State> {
  const live = openLive(terminal)
  let last: { readonly state: State } | undefined
  try {
    for await (const state of states) {
      last = { state }
      live.show(await view(state))
    }
  } catch (cause) {
    if (!signal.aborted || !(cause instanceof IexecError)) throw cause
    throw new CliError('Interrupted', left.sentence, { hints: left.hints, cause })
  } finally {
    live.end()
  }
  if (last === undefined) throw new TypeError('Whatever is followed has a first state.')
  return last.state
}
