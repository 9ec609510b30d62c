// Login at the market: its challenge is signed, once it is certain that it is nothing but a login on this chain.
import { challengeOf, hashChallenge, writeAuthorization, type Challenge } from '@iexec/wire/codec'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { requireSigner } from '../signer/signer.ts'
import { callService } from './callService.ts'
import { asWords, readObject } from './parse.ts'

const SENTENCE = /^Sign this message to log into iExec Gateway: ([!-~]{1,200})$/u

/**
 * Logs the signer in at the market: the header `authorization`, good for one request.
 *
 * What the market gives to sign is compared, word by word, with the only thing that a login may be: under another domain or type
 * the signature could buy, sell or move something.
 *
 * @throws IexecError `BadAnswer` when the challenge is anything else, `NoSigner`, `RejectedByUser`, whatever `callService` throws
 * @example
 * const authorization = await logIn(context)
 */
export async function logIn(context: Context, signal?: AbortSignal): Promise<string> {
  return signLogin(context, await readChallenge(context, signal))
}

/** @throws IexecError `BadAnswer` when it is no login on this chain */
async function readChallenge(context: Context, signal?: AbortSignal): Promise<Challenge> {
  const { address } = requireSigner(context)
  const { chainId } = context.chain
  const answer = readObject(
    await callService(context, 'market', { path: '/challenge', query: { chainId, address }, signal }),
    'the challenge',
  )
  const given = readObject(answer['data'] ?? answer, 'the challenge')
  const nonce =
    SENTENCE.exec(String(readObject(given['message'], 'the message of the challenge')['challenge']))?.[1] ?? ''
  const challenge = challengeOf(chainId, nonce)
  const isLogin = nonce !== '' && canonical(challenge) === canonical(withTextChainId(given))
  if (!isLogin) throw notALogin(context, given)
  return challenge
}

async function signLogin(context: Context, challenge: Challenge): Promise<string> {
  const { address, signTypedData } = requireSigner(context)
  return writeAuthorization({ hash: hashChallenge(challenge), signature: await signTypedData(challenge), address })
}

const queues = new WeakMap<Context, Promise<unknown>>()

/**
 * Does something that needs a login, after whatever the same context, or another process that takes turns, does under another one: a
 * market hands out one challenge for an account until it is used, so that two at once would spoil each other. What another client of
 * the account spoils is done again: a wallet that does not answer one of them must not hold up the other.
 *
 * @example
 * await underLogin(context, async (authorization) => callService(context, 'market', { …, headers: { authorization } }))
 */
export async function underLogin<Answer>(
  context: Context,
  work: (authorization: string) => Promise<Answer>,
): Promise<Answer> {
  const before = queues.get(context) ?? Promise.resolve()
  const { inTurn = async (its) => its() } = requireSigner(context)
  const turn = async (): Promise<Answer> => inTurn(async () => workUnderLogin(context, work), 'login')
  const mine = before.then(turn, turn)
  queues.set(context, mine)
  return mine
}

/** So often in a row somebody else may use up the challenge. */
const MOST_TRIES = 3

async function workUnderLogin<Answer>(
  context: Context,
  work: (authorization: string) => Promise<Answer>,
  tries = MOST_TRIES,
): Promise<Answer> {
  const challenge = await readChallenge(context)
  try {
    return await work(await signLogin(context, challenge))
  } catch (error) {
    const isRefused = error instanceof IexecError && error.message === 'invalid authorization'
    // Nobody else used it: the market does not believe the signature, and would not believe it again.
    if (!isRefused || tries === 1 || canonical(await readChallenge(context)) === canonical(challenge)) throw error
    return workUnderLogin(context, work, tries - 1)
  }
}

/** Some markets write the id of the chain as a number. */
function withTextChainId(given: Readonly<Record<string, unknown>>): unknown {
  const domain = readObject(given['domain'], 'the domain of the challenge')
  return { ...given, domain: { ...domain, chainId: String(domain['chainId']) } }
}

/** The same text for the same JSON, whatever the order of its keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}

function notALogin({ chain }: Context, given: Readonly<Record<string, unknown>>): IexecError {
  const shown = asWords(JSON.stringify(given))
  return new IexecError('BadAnswer', `What the market gave to sign is no login on chain ${chain.chainId}: ${shown}`, {
    hints: ['Nothing was signed.', 'Look whether the URL of the market is right; if it is, do not trust this market.'],
    details: { chainId: chain.chainId, given },
  })
}
