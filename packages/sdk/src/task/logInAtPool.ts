// Logging in at a workerpool, for what only the requester may see.
import { writeAuthorization } from '@iexec/wire/codec'
import { hashTypedData, type Address } from 'viem'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { callService } from '../service/callService.ts'
import { asWords, readObject } from '../service/parse.ts'
import { requireSigner, type TypedDataJson } from '../signer/signer.ts'

/** Goes on only for the requester. @throws IexecError `NotOwner` */
export function requireRequester(requester: Address, signer: Address): void {
  if (requester.toLowerCase() === signer.toLowerCase()) return
  throw new IexecError('NotOwner', `The logs are for the requester ${requester}, not for ${signer}.`, {
    hints: ['Use the wallet that bought the run.'],
    details: { requester, signer },
  })
}

const PRINTABLE = /^[ -~]{1,500}$/u

/**
 * Logs the signer in at a workerpool. Nothing is signed but a challenge of `iExec Core` on this chain: under another domain or
 * type the signature could buy, sell or move something.
 */
export async function logInAtPool(pool: Context, signal?: AbortSignal): Promise<string> {
  const { address, signTypedData } = requireSigner(pool)
  const { chainId } = pool.chain
  const path = '/tasks/logs/challenge'
  const answer = readObject(
    await callService(pool, 'scheduler', { path, query: { chainId, address }, signal }),
    'the challenge',
  )
  const given = readObject(answer['data'] ?? answer, 'the challenge')
  const challenge = String(readObject(given['message'], 'the message of the challenge')['challenge'])
  if (!isLogin(given, chainId) || !PRINTABLE.test(challenge)) throw notALogin(given, chainId)
  const data = {
    domain: { name: 'iExec Core', version: '1', chainId },
    types: TYPES,
    primaryType: 'Challenge',
    message: { challenge },
  } as const
  const signature = await signTypedData(data satisfies TypedDataJson)
  return writeAuthorization({
    hash: hashTypedData({ ...data, types: { Challenge: TYPES.Challenge } }),
    signature,
    address,
  })
}

const TYPES = {
  EIP712Domain: [
    { name: 'name', type: 'string' },
    { name: 'version', type: 'string' },
    { name: 'chainId', type: 'uint256' },
  ],
  Challenge: [{ name: 'challenge', type: 'string' }],
} as const

function isLogin(given: Readonly<Record<string, unknown>>, chainId: number): boolean {
  const { name, version, chainId: id, ...more } = readObject(given['domain'], 'the domain of the challenge')
  const types = readObject(given['types'], 'the types of the challenge')
  const isOurs = name === 'iExec Core' && version === '1' && String(id) === String(chainId)
  const isChallenge = (given['primaryType'] ?? 'Challenge') === 'Challenge'
  return (
    isOurs &&
    isChallenge &&
    Object.keys(more).length === 0 &&
    JSON.stringify(types['Challenge']) === JSON.stringify(TYPES.Challenge)
  )
}

function notALogin(given: Readonly<Record<string, unknown>>, chainId: number): IexecError {
  const shown = asWords(JSON.stringify(given))
  return new IexecError('BadAnswer', `What the workerpool gave to sign is no login on chain ${chainId}: ${shown}`, {
    hints: ['Nothing was signed. Do not trust this workerpool.'],
    details: { chainId, given },
  })
}
