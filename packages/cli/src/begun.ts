// What a command has sent: told to whoever leaves it before its end, so that nothing that was begun is lost.
import type { DealId } from '@iexec/protocol'
import type { IexecError } from '@iexec/sdk'
import type { Hex } from 'viem'
import { CliError } from './cliError.ts'

/** A transaction that is on its way, or was. */
export type Sent = { readonly label: string; readonly txHash: Hex }

/** How the SDK calls what makes a deal. */
const MATCH_LABEL = 'match the orders'

/** What was begun, and the last words of a command that is left. */
export type Begun = {
  readonly sent: (transaction: Sent) => void
  /** The next transaction that matches orders makes this deal. */
  readonly expects: (dealId: DealId) => void
  /** It is known by now that this deal was not made. */
  readonly notMade: (dealId: DealId) => void
  /** The deal that the last match on its way makes. */
  readonly deal: () => DealId | undefined
  /** Something was sent, and what comes next belongs to it, and is no new purchase. */
  readonly isUnderWay: () => boolean
  /** Brings something to its end once it sent a transaction, however long that takes: one Ctrl-C does not cut it off. */
  readonly finish: <Done>(work: () => Promise<Done>) => Promise<Done>
  readonly isFinishing: () => boolean
  /** What is said when the command is left in this moment. */
  readonly left: () => CliError
  /** After Ctrl-C: the same code for every way to leave, and what was begun among the details. */
  readonly asLeft: (error: unknown) => unknown
}

/**
 * Opens the notes of one call.
 *
 * @example
 * const begun = openBegun()
 * begun.sent({ label: 'deposit 3 nRLC', txHash: '0x…' })
 * begun.left().message // You left before it ended. It sent "deposit 3 nRLC", 0x….
 */
export function openBegun(): Begun {
  const transactions: Sent[] = []
  let deals: DealId[] = []
  let expected: DealId | undefined
  let isToFinish = false
  const details = (): Readonly<Record<string, unknown>> => ({
    ...(transactions.length > 0 && { txHash: transactions.at(-1)?.txHash, transactions }),
    ...(deals.length > 0 && { dealId: deals.at(-1) }),
  })
  return {
    sent: (transaction) => {
      transactions.push(transaction)
      // A match may have been judged and not sent: the deposit after it makes no deal.
      if (expected === undefined || !transaction.label.startsWith(MATCH_LABEL)) return
      deals.push(expected)
      expected = undefined
    },
    expects: (dealId) => {
      expected = dealId
    },
    notMade: (dealId) => {
      deals = deals.filter((other) => other !== dealId)
    },
    deal: () => deals.at(-1),
    isUnderWay: () => transactions.length > 0 && expected === undefined,
    finish: async (work) => {
      isToFinish = true
      try {
        return await work()
      } finally {
        isToFinish = false
      }
    },
    isFinishing: () => isToFinish && transactions.length > 0,
    left: () =>
      new CliError('Interrupted', leftSentence(transactions, deals), {
        hints: waysBack(transactions, deals),
        details: details(),
      }),
    asLeft: (error) => {
      if (!isOfLeaving(error)) return error
      const { message, hints, details: known } = error
      const sentence = message + madeSentence(deals.filter((dealId) => !message.includes(dealId)))
      return new CliError('Interrupted', sentence, { hints, details: { ...known, ...details() }, cause: error })
    },
  }
}

function leftSentence(transactions: readonly Sent[], deals: readonly DealId[]): string {
  if (transactions.length === 0) return 'You left before it ended. It sent no transaction.'
  const sent = transactions.map(({ label, txHash }) => `"${label}", ${txHash}`).join('; ')
  return `You left before it ended. It sent ${sent}.${madeSentence(deals)}`
}

/** In the sentence, and not only in the hints: --raw has no hints. */
function madeSentence(deals: readonly DealId[]): string {
  return deals.map((dealId) => ` The deal, if it is made, is ${dealId}.`).join('')
}

function waysBack(transactions: readonly Sent[], deals: readonly DealId[]): readonly string[] {
  if (deals.length > 0)
    return deals.map(
      (dealId) => `iexec deal show ${dealId} --watch shows whether the deal was made, and comes back to it.`,
    )
  return transactions.length === 0 ? [] : ['Look what became of it before you do it again.']
}

/** By its name and not by its class: a help page does not load the SDK. */
function isOfLeaving(error: unknown): error is CliError | IexecError {
  if (error instanceof CliError) return error.code === 'Interrupted'
  if (!(error instanceof Error) || error.name !== 'IexecError') return false
  const { code } = error as IexecError
  return code === 'NotMined' || code === 'Aborted'
}
