// The last question before something is done with orders, under what they say.
import type { Order } from '@iexec/protocol'
import type { Call } from '../../command.ts'
import { isSet } from '../../session.ts'
import { clean } from '../../terminal/clean.ts'
import { confirm } from '../../terminal/ask.ts'
import { describeOrder } from './words.ts'

/**
 * Shows lines, and goes on only when the person says yes, or said so with `--force`.
 *
 * @throws CliError `AbortedByUser`, `NoTerminal`
 */
export async function askUnder(lines: readonly string[], question: string, call: Call): Promise<void> {
  const { terminal } = call
  const isForced = isSet(call, 'force')
  // Whoever is asked has to see for what, also with --quiet and --raw.
  if (!isForced && terminal.isInteractive) terminal.streams.errors.write(`${clean(lines.join('\n'))}\n`)
  await confirm(question, terminal, isForced)
}

/**
 * Shows the orders with which something is about to be done, and asks once for all of them.
 *
 * @param question of "it" or of "these 2 orders"
 * @throws CliError `AbortedByUser`, `NoTerminal`
 */
export async function ask(
  call: Call,
  items: readonly { readonly order: Order }[],
  question: (what: string) => string,
): Promise<void> {
  if (items.length === 0) return
  const what = items.length === 1 ? 'it' : `these ${items.length} orders`
  await askUnder(
    items.flatMap(({ order }) => describeOrder(order)),
    question(what),
    call,
  )
}
