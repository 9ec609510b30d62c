// Who must have signed before a worker may contribute: the scheduler (or the TEE broker), and the enclave.
import type { Address } from 'viem'
import { authorizationMessageHash, enclaveMessageHash } from '../contribution/authorization.ts'
import type { Vote } from '../contribution/seal.ts'
import type { Deal } from '../deal/deal.ts'
import { NO_ADDRESS, isSameAddress } from '../order/terms.ts'
import { requiresTee } from '../tag.ts'
import type { TaskRefusal } from './step.ts'
import type { ActiveTask } from './task.ts'

/**
 * The signatures of a contribution, as the accounts for which they hold: recovered by ECDSA, or vouched for by ERC-1271.
 * `undefined` when a signature holds for nobody.
 */
export type ContributionSignatures = {
  readonly enclaveChallenge: Address
  readonly authorizedBy: Address | undefined
  readonly enclaveSignedBy: Address | undefined
}

/**
 * Who has to authorise a contribution: the pool owner of the match, or for an enclave the deal's TEE broker, when there is one.
 *
 * @example
 * authorizationSigner(deal, NO_ADDRESS) // deal.workerpool.owner
 */
export function authorizationSigner(deal: Deal, enclaveChallenge: Address): Address {
  const isBrokered = !isSameAddress(enclaveChallenge, NO_ADDRESS) && !isSameAddress(deal.teeBroker, NO_ADDRESS)
  return isBrokered ? deal.teeBroker : deal.workerpool.owner
}

/** A contribution that asks to be let in: whose, for which vote, with which signatures. */
export type AuthorizationClaim = Vote & ContributionSignatures & { readonly worker: Address }

/** Why a contribution is not allowed, if it is not: enclave demanded, authorisation, enclave signature, in this order. */
export function whyNotAuthorized(task: ActiveTask, claim: AuthorizationClaim): TaskRefusal | undefined {
  const { worker, enclaveChallenge, authorizedBy, enclaveSignedBy } = claim
  const { tag } = task.terms
  const hasEnclave = !isSameAddress(enclaveChallenge, NO_ADDRESS)
  if (requiresTee(tag) && !hasEnclave) return { reason: 'EnclaveChallengeRequired', tag }

  const signer = authorizationSigner(task.terms, enclaveChallenge)
  if (!holdsFor(authorizedBy, signer)) {
    return {
      reason: 'ContributionNotAuthorized',
      signer,
      hash: authorizationMessageHash(worker, task.id, enclaveChallenge),
    }
  }
  if (hasEnclave && !holdsFor(enclaveSignedBy, enclaveChallenge)) {
    return { reason: 'EnclaveSignatureInvalid', challenge: enclaveChallenge, hash: enclaveMessageHash(claim) }
  }
  return undefined
}

// The zero account signs nothing: a failed recovery also yields it.
function holdsFor(signedBy: Address | undefined, account: Address): boolean {
  return signedBy !== undefined && !isSameAddress(account, NO_ADDRESS) && isSameAddress(signedBy, account)
}
