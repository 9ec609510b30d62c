// Several orders in one command: one that fails does not lose what was done with the others, and is told with its reason.
import { InputError, type OrderKind } from '@iexec/protocol'
import { IexecError } from '@iexec/sdk'
import { CliError } from '../../cliError.ts'
import type { Call, Outcome } from '../../command.ts'
import { orderName } from '../../files/ordersFile.ts'

/** What something failed for, of which people can be told. */
export type Refusal = CliError | IexecError | InputError

/** Something about an order. */
export type Item = { readonly kind: OrderKind }

/** What came of several orders. */
export type Attempts<Done extends Item> = {
  readonly done: readonly Done[]
  readonly failed: readonly { readonly kind: OrderKind; readonly refusal: Refusal }[]
}

/**
 * Does something with each order, one after the other.
 *
 * @param signal after Ctrl-C what was begun is brought to its end and told, and nothing else is begun
 * @throws whatever is neither an order's fault nor a service's, and Ctrl-C at a question
 * @example
 * const { done, failed } = await attemptEach([{ kind: 'app' }], async ({ kind }) => ({ kind, … }))
 */
export async function attemptEach<Given extends Item, Done extends Item>(
  items: readonly Given[],
  work: (item: Given) => Promise<Done>,
  signal?: AbortSignal,
): Promise<Attempts<Done>> {
  const done: Done[] = []
  const failed: Attempts<Done>['failed'][number][] = []
  signal?.addEventListener('abort', isHeard)
  for (const item of items) {
    try {
      if (signal?.aborted === true) failed.push({ kind: item.kind, refusal: notBegun() })
      else done.push(await work(item))
    } catch (error) {
      if (!isRefusal(error) || error.code === 'Interrupted') throw error
      failed.push({ kind: item.kind, refusal: error })
    }
  }
  signal?.removeEventListener('abort', isHeard)
  return { done, failed }
}

/** Whoever listens is given the time to end in order. */
function isHeard(): void {
  // What is left is told by the loop.
}

function notBegun(): CliError {
  return new CliError('Interrupted', 'Nothing was done with it: Ctrl-C came before.')
}

/** The next step, for those that came so far; what failed before stays failed. */
export async function thenEach<Given extends Item, Done extends Item>(
  before: Attempts<Given>,
  work: (item: Given) => Promise<Done>,
  signal?: AbortSignal,
): Promise<Attempts<Done>> {
  const { done, failed } = await attemptEach(before.done, work, signal)
  return { done, failed: [...before.failed, ...failed] }
}

/** How one order is told. */
export type Telling<Done extends Item> = {
  readonly raw: (done: Done) => unknown
  readonly text: (done: Done) => readonly string[]
}

/** What came of several orders, as the outcome of a command. */
export function outcomeOf<Done extends Item>(
  { done, failed }: Attempts<Done>,
  { terminal }: Pick<Call, 'terminal'>,
  telling: Telling<Done>,
): Outcome {
  const raw = Object.fromEntries(done.map((one) => [orderName(one.kind), telling.raw(one)]))
  const errors = Object.fromEntries(
    failed.map(({ kind, refusal }) => {
      const { code, message } = refusal
      return [orderName(kind), { code, message, hints: hintsOf(refusal) }]
    }),
  )
  return {
    raw,
    json: failed.length === 0 ? raw : { ...raw, errors },
    text: done.flatMap((one) => telling.text(one)),
    failures: failed.map(({ kind, refusal }) => {
      const sentence = `${orderName(kind)}: ${refusal.message}`
      return terminal.format === 'text'
        ? [sentence, ...hintsOf(refusal).map((hint) => `  ${hint}`)].join('\n')
        : sentence
    }),
  }
}

function hintsOf(refusal: Refusal): readonly string[] {
  // An InputError says its hint in its sentence.
  return 'hints' in refusal ? refusal.hints : []
}

function isRefusal(error: unknown): error is Refusal {
  return error instanceof CliError || error instanceof IexecError || error instanceof InputError
}
