// The verbs of contracts that own workerpools, by the short names under which `createIexec` has them.
export { deployPoolOperator as deploy } from './deployPoolOperator.ts'
export {
  addOperator as add,
  changeLimits as setLimits,
  revokeOperator as revoke,
  withdrawFromPool as withdraw,
} from './changePoolOperator.ts'
export { showPoolOperator as show } from './showPoolOperator.ts'
