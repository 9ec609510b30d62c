// What the book refuses. Refusals are answers, with the exact words that clients know.

/** Why something was not done. */
export type Refusal = { readonly ok: false; readonly status: 403 | 404; readonly error: string }

/** A refusal by a rule of the book. */
export function refusal(error: string): Refusal {
  return { ok: false, status: 403, error }
}

/** Why nothing can be said at the moment: the chain had to be asked, and gave no answer. Trying again later may help. */
export type Unanswered = { readonly ok: false; readonly status: 500; readonly error: string; readonly cause: unknown }

/** That the chain gave no answer. */
export function unanswered(error: string, cause: unknown): Unanswered {
  return { ok: false, status: 500, error, cause }
}

/** The chain had to be asked and gave no answer: an `Unanswered` where a request is about nothing else. */
export class ChainUnreachable extends Error {
  override readonly name = 'ChainUnreachable'
}
