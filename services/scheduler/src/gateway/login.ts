// Who is at the other end: a wallet that signed this connection's own nonce.
import { recoverSigner } from '@iexec/chain/recover'
import { hashWorkerLogin, hello, type Hello } from '@iexec/wire/work'
import type { Address, Hex } from 'viem'

/** Whom a login is for. */
export type LoginTerms = {
  readonly chainId: number
  /** Lower case. */
  readonly workerpool: Address
  readonly nonce: Hex
  /** Wallets that may join; undefined: all. Lower case. */
  readonly allowed: ReadonlySet<Address> | undefined
  /** Seconds since 1970. */
  readonly now: number
}

/** A login stays good for so long at most: whoever steals one later has nothing. In seconds. */
const LONGEST_LOGIN = 3_600

/** A worker who is let in, or why not, in one sentence; `isFinal`: coming again with the same key helps nothing. */
export type LoginAnswer =
  | { readonly ok: true; readonly hello: Hello; readonly worker: Address }
  | { readonly ok: false; readonly message: string; readonly isFinal: boolean }

/**
 * Judges a worker's first message.
 *
 * @example
 * const answer = judgeLogin(JSON.parse(text), terms)
 */
export function judgeLogin(given: unknown, { chainId, workerpool, nonce, allowed, now }: LoginTerms): LoginAnswer {
  const read = hello.safeParse(given)
  if (!read.success) return refuse('The first message is no hello of this version.', true)
  const { worker, validUntil, signature } = read.data
  if (validUntil <= now)
    return refuse(`The login was good until ${validUntil}, and it is ${now}: set the clock.`, false)
  if (validUntil > now + LONGEST_LOGIN) return refuse(`A login is good for ${LONGEST_LOGIN} seconds at most.`, false)
  const hash = hashWorkerLogin({ worker, workerpool, nonce, validUntil }, chainId)
  const signer = recoverSigner(hash, signature)
  const address = worker.toLowerCase() as Address
  if (signer !== address) return refuse(`The login of ${worker} is not signed by its key.`, true)
  if (allowed !== undefined && !allowed.has(address)) {
    return refuse(`This pool is closed, and ${worker} is not on its list.`, true)
  }
  return { ok: true, hello: read.data, worker: address }
}

function refuse(message: string, isFinal: boolean): LoginAnswer {
  return { ok: false, message, isFinal }
}
