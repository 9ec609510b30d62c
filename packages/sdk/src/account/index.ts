// The verbs of accounts, by the short names under which `createIexec` has them.
export { depositStake as deposit } from './depositStake.ts'
export { showAccount as show } from './showAccount.ts'
export { withdrawStake as withdraw } from './withdrawStake.ts'
