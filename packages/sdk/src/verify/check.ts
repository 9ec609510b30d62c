// One value that was read and computed, and how the two are compared.

/** Which part of a task is looked at: the five nouns of the market, and its money. */
export type CheckStep = 'orders' | 'deal' | 'task' | 'votes' | 'agreement' | 'payments' | 'result'

/** One value that was read and computed. */
export type TaskCheck = {
  readonly step: CheckStep
  /** What it is, in words. */
  readonly what: string
  /** As chain and storage have it. */
  readonly read: string
  /** By the rules of the protocol. */
  readonly computed: string
  /** `open`: it cannot be computed, and `computed` says why. */
  readonly verdict: 'same' | 'different' | 'open'
}

/** Compares what was read with what was computed. */
export function compare(step: CheckStep, what: string, [read, computed]: readonly [string, string]): TaskCheck {
  return { step, what, read, computed, verdict: normal(read) === normal(computed) ? 'same' : 'different' }
}

/** Hashes and addresses are the same in any case of letters; words are not. */
function normal(value: string): string {
  return /^0x[\da-f]*$/iu.test(value) ? value.toLowerCase() : value
}

/** What cannot be computed, and why. */
export function open(step: CheckStep, what: string, [read, why]: readonly [string, string]): TaskCheck {
  return { step, what, read, computed: why, verdict: 'open' }
}
