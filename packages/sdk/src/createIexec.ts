// The whole client: every verb, bound to one market.
import * as account from './account/index.ts'
import { bind, type Bound } from './bind.ts'
import { connect, type ConnectOptions } from './chain/connect.ts'
import type { Context } from './context.ts'

/** Everything that can be done on one market. */
export type Iexec = {
  /** For verbs that are imported by themselves. */
  readonly context: Context
  readonly account: Bound<typeof account>
}

/**
 * Connects to a market, and offers everything that can be done there.
 *
 * Whoever wants less in a browser imports `connect` and the verbs that he needs.
 *
 * @throws IexecError as `connect` does
 * @example
 * const iexec = await createIexec({ chain: settings, account: privateKeyToAccount(key) })
 * await iexec.account.deposit(parseRlc('10 RLC'))
 */
export async function createIexec(options: ConnectOptions): Promise<Iexec> {
  const context = await connect(options)
  return { context, account: bind(context, account) }
}
