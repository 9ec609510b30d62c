// What the hub's views answer, by the generated ABI. Types alone: nobody loads the ABI for them.
import type { ContractFunctionReturnType } from 'viem'
import type { hubAbi } from './abi/hub.ts'

/** The views of the hub that tell of the nouns of the market. */
export type HubViewName =
  | 'viewAccount'
  | 'viewCategory'
  | 'viewConsumed'
  | 'viewContribution'
  | 'viewDeal'
  | 'viewScore'
  | 'viewTask'

/**
 * The answer of a view, as viem decodes it. That of `viewAccount` is an `Account`, that of `viewCategory` a `Category`, those
 * of `viewConsumed` and `viewScore` are bigints; the others have zeros for what is not there, so they are read by `decodeDeal`,
 * `decodeTask` and `decodeContribution`.
 *
 * @example
 * const account: Account = view satisfies HubView<'viewAccount'>
 */
export type HubView<Name extends HubViewName> = ContractFunctionReturnType<typeof hubAbi, 'view', Name>
