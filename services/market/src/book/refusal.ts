// What the book refuses. Refusals are answers, with the exact words that clients know.

/** Why something was not done. */
export type Refusal = { readonly ok: false; readonly status: 403 | 404; readonly error: string }

/** A refusal by a rule of the book. */
export function refusal(error: string): Refusal {
  return { ok: false, status: 403, error }
}
