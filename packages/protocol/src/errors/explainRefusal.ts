// From a refusal of the model to the error that the contracts give for it, and to its words.
import { CONTRIBUTION_STATUS_CODES } from '../contribution/contribution.ts'
import type { MarketRefusal } from '../market/action.ts'
import { TASK_STATUS_CODES } from '../task/task.ts'
import type { ErrorValues, Explanation } from './contractError.ts'
import { explainError } from './explainError.ts'

/** Every reason of every refusal. Each is the name of an error of the contracts: another one does not compile. */
type RefusalReason = MarketRefusal['reason']

/** The error that the contracts give for a refusal, with its values as the ABI has them. */
export type RefusalError = {
  [Name in RefusalReason]: { readonly name: Name; readonly args: ErrorValues<Name> }
}[RefusalReason]

type SolidityRefusal = {
  [Name in RefusalReason]: { readonly reason: Name } & ErrorValues<Name>
}[RefusalReason]

/**
 * The error that the contracts give for a refusal: `explainRevert` finds the same name and values in the data of the revert.
 *
 * @example
 * refusalError({ reason: 'TaskNotActive', task, status: 'revealing' })
 * // { name: 'TaskNotActive', args: { taskid: '0x…', status: 2 } }
 */
export function refusalError(refusal: MarketRefusal): RefusalError {
  const { reason, ...args } = inSolidity(refusal)
  return { name: reason, args } as RefusalError
}

/**
 * Says why a call is refused, in the words that `explainRevert` has for the same error of the contracts.
 *
 * @example
 * explainRefusal({ reason: 'RevealsPresent', count: 1 }).sentence
 * // '1 worker has revealed, so the task cannot be reopened'
 */
export function explainRefusal(refusal: MarketRefusal): Explanation {
  const { name, args } = refusalError(refusal)
  return explainError(name, args)
}

// Checked by the compiler: a refusal that is not translated here has the values of the error of its name.
function inSolidity(refusal: MarketRefusal): SolidityRefusal {
  switch (refusal.reason) {
    case 'DealNotFound':
      return { reason: refusal.reason, dealid: refusal.deal }
    case 'TaskAlreadyInitialized':
      return { reason: refusal.reason, taskid: refusal.task }
    case 'TaskNotActive':
    case 'TaskNotRevealing':
    case 'TaskNotClaimable':
      return { reason: refusal.reason, taskid: refusal.task, status: TASK_STATUS_CODES[refusal.status] }
    case 'AlreadyContributed':
    case 'ContributionNotRevealable':
      return { ...refusal, status: CONTRIBUTION_STATUS_CODES[refusal.status] }
    case 'TooManyContributors':
      return { ...refusal, count: BigInt(refusal.count), max: BigInt(refusal.max) }
    case 'RevealsPresent':
    case 'ContributorsPresent':
      return { ...refusal, count: BigInt(refusal.count) }
    case 'RevealsMissing':
      return { ...refusal, reveals: BigInt(refusal.reveals), winners: BigInt(refusal.winners) }
    case 'ERC721NonexistentToken':
      return { reason: refusal.reason, tokenId: BigInt(refusal.asset) }
    case 'ERC721InsufficientApproval':
      return { reason: refusal.reason, operator: refusal.operator, tokenId: BigInt(refusal.asset) }
    default:
      return refusal
  }
}
