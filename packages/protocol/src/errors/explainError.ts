// From an error and its values to what people are told: the one place where both mismatches and reverts find their words.
import { administrationErrors } from './administration.ts'
import type { ContractErrorName, ErrorValues, Explanation, Explanations } from './contractError.ts'
import { matchingErrors } from './matching.ts'
import { moneyErrors } from './money.ts'
import { poolErrors } from './pool.ts'
import { registryErrors } from './registries.ts'
import { taskErrors } from './tasks.ts'

// Every error of every contract has its words: a new one does not compile before it has.
const EXPLANATIONS: Explanations<ContractErrorName> = {
  ...matchingErrors,
  ...taskErrors,
  ...moneyErrors,
  ...registryErrors,
  ...poolErrors,
  ...administrationErrors,
}

/**
 * Says what an error of a contract means, with its values.
 *
 * @example
 * explainError('WorkerpoolPriceTooHigh', { asked: 7n, offered: 5n }).sentence
 * // 'the workerpool asks 7 nRLC, the request pays at most 5'
 */
export function explainError<Name extends ContractErrorName>(name: Name, values: ErrorValues<Name>): Explanation {
  const explain: (values: ErrorValues<Name>) => Explanation = EXPLANATIONS[name]
  return explain(values)
}

/** Whether a contract has an error of this name. */
export function isContractErrorName(name: string): name is ContractErrorName {
  return Object.hasOwn(EXPLANATIONS, name)
}
