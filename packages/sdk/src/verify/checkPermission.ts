// Who let a worker vote, and whether an enclave signed what he says: by the signatures in his transaction.
import {
  NO_ADDRESS,
  authorizationMessageHash,
  enclaveMessageHash,
  isSameAddress,
  requiresTee,
  type Contribution,
} from '@iexec/protocol'
import { compare, open, type TaskCheck } from './check.ts'
import { checkSigned } from './checkOrders.ts'
import type { Permission, TaskEvidence } from './evidence.ts'

const NOT_HELD = 'another contract called the hub: its transaction does not hold the signatures'

/**
 * What can be said of the signatures of a vote.
 *
 * @example
 * checkPermission(evidence, vote).map(({ verdict }) => verdict) // ['same']
 */
export function checkPermission(evidence: TaskEvidence, vote: Contribution): readonly TaskCheck[] {
  const { deal, permissions } = evidence
  const permission = permissions.find(({ worker }) => isSameAddress(worker, vote.worker))
  const hasEnclave = !isSameAddress(vote.enclaveChallenge, NO_ADDRESS)
  const authorization =
    permission === undefined
      ? open('votes', `authorization of ${vote.worker}`, [deal.workerpool.owner, NOT_HELD])
      : checkAuthorization(evidence, vote, permission)
  if (!hasEnclave && !requiresTee(deal.tag)) return [authorization]
  return [authorization, ...checkEnclave(evidence, vote, permission)]
}

function checkAuthorization(
  { id, deal, matched }: TaskEvidence,
  vote: Contribution,
  permission: Permission,
): TaskCheck {
  const { worker, enclaveChallenge } = vote
  const what = `authorization of ${worker}`
  const check = checkSigned(
    {
      step: 'votes',
      what,
      signer: deal.workerpool.owner,
      hash: authorizationMessageHash(worker, id, enclaveChallenge),
      sign: permission.authorizationSign,
    },
    matched.contracts,
  )
  const isBrokered = !isSameAddress(enclaveChallenge, NO_ADDRESS) && check.read !== 'nobody'
  if (check.verdict !== 'different' || !isBrokered) return check
  return open('votes', what, [check.read, 'the TEE broker of the deal may have signed it, of whom no event tells'])
}

function checkEnclave(
  { deal, matched }: TaskEvidence,
  vote: Contribution,
  permission: Permission | undefined,
): readonly TaskCheck[] {
  const { worker, enclaveChallenge } = vote
  const [key, signed] = [`enclave of ${worker}`, `signature of the enclave of ${worker}`]
  // What the key of an enclave is worth knows whoever gave it out.
  const why = 'what shows that this key is of an enclave is not on the chain: the scheduler is believed'
  const attestation = open('votes', `attestation of the enclave of ${worker}`, [enclaveChallenge, why])
  if (permission === undefined) return [open('votes', signed, [enclaveChallenge, NOT_HELD]), attestation]
  const isMissing = requiresTee(deal.tag) && isSameAddress(permission.enclaveChallenge, NO_ADDRESS)
  const needed = isMissing ? 'one, which the tag demands' : permission.enclaveChallenge
  const claim = { signer: enclaveChallenge, hash: enclaveMessageHash(vote), sign: permission.enclaveSign }
  return [
    compare('votes', key, [enclaveChallenge, needed]),
    checkSigned({ step: 'votes', what: signed, ...claim }, matched.contracts),
    attestation,
  ]
}
