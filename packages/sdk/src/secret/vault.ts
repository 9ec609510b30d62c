// The wire of the vault: who pushes a secret proves by a signature that it is his, and nobody ever reads one back.
import { concat, keccak256, stringToBytes, type Address, type Hex } from 'viem'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { callService, type ServiceCall } from '../service/callService.ts'
import { requireSigner } from '../signer/signer.ts'

/** Part of every message that is signed for a vault, so that it is good for nothing else. */
export const VAULT_DOMAIN: Hex = '0x0a26923d45a019b77e856d0001681f98ab9707ec15b2b98048cc91eed00b6793'

/** Bytes of UTF-8. */
const LARGEST_SECRET = 4096

/** Where a secret is, in the vault's own words. */
export type SecretPlace = Pick<ServiceCall, 'path' | 'query'> & {
  /** What it is called in a sentence, with its article. */
  readonly what: string
  /** Who owns it, or the asset that it is of: part of the signed message. */
  readonly subject: Address
  /** Part of the signed message, where the place has one. */
  readonly name?: string | undefined
}

/**
 * Whether a secret is there.
 *
 * @throws IexecError `NotConfigured`, `ServiceUnreachable`, `ServiceRefused`
 */
export async function hasSecret(context: Context, { path, query = {} }: SecretPlace): Promise<boolean> {
  try {
    await callService(context, 'vault', { method: 'HEAD', path, query })
    return true
  } catch (error) {
    if (error instanceof IexecError && error.details['status'] === 404) return false
    throw error
  }
}

/**
 * Pushes a secret of the signer.
 *
 * @param method PUT replaces one that is there
 * @throws IexecError `InvalidInput` when it is empty or has more than 4,096 bytes; `AlreadyExists`; `NotOwner`; `NoSigner`,
 * `RejectedByUser`, `NotConfigured`, `ServiceUnreachable`
 */
export async function pushSecret(
  context: Context,
  place: SecretPlace & { readonly value: string },
  method: 'POST' | 'PUT' = 'POST',
): Promise<void> {
  const { path, query = {}, value, what, subject, name } = place
  requireValue(what, value)
  const authorization = await requireSigner(context).signMessage(secretMessage({ subject, name, value }))
  try {
    await callService(context, 'vault', { method, path, query, body: value, headers: { authorization } })
  } catch (error) {
    throw asPushError(error, place)
  }
}

/** What a secret is pushed with: who it is of, its name if the place has one, and the secret. */
export type SecretMessage = { readonly subject: Address; readonly name?: string | undefined; readonly value: string }

/**
 * The 32 bytes that are signed, under the prefix of EIP-191, by whoever pushes a secret:
 * keccak256(domain ‖ subject ‖ [keccak256(name)] ‖ keccak256(value)).
 *
 * @example
 * secretMessage({ subject: owner, name: 'iexec-result-encryption-public-key', value }) // '0x…'
 */
export function secretMessage({ subject, name, value }: SecretMessage): Hex {
  const hashes = [...(name === undefined ? [] : [name]), value].map((text) => keccak256(stringToBytes(text)))
  return keccak256(concat([VAULT_DOMAIN, subject, ...hashes]))
}

function requireValue(what: string, value: string): void {
  const size = stringToBytes(value).length
  if (size > 0 && size <= LARGEST_SECRET) return
  const sentence = `${capital(what)} has ${size} bytes, and must have from 1 to ${LARGEST_SECRET}.`
  throw new IexecError('InvalidInput', sentence, { details: { code: 'InvalidSecret', size } })
}

function asPushError(error: unknown, { what, subject }: SecretPlace): unknown {
  if (!(error instanceof IexecError)) return error
  const { status } = error.details
  if (status === 409) {
    return new IexecError('AlreadyExists', `${capital(what)} of ${subject} is in the vault already.`, {
      hints: ['Secrets of assets and requesters are written once; use another name, or register the asset anew.'],
      details: { subject },
      cause: error,
    })
  }
  if (status === 401) {
    return new IexecError('NotOwner', `The vault does not take ${what} of ${subject} from this account.`, {
      hints: ['Use the wallet of the owner.'],
      details: { subject },
      cause: error,
    })
  }
  return error
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
