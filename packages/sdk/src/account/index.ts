// The verbs of accounts, by the short names under which `createIexec` has them.
export { approveSpender as approve, revokeSpender as revoke, showAllowance as allowance } from './allowance.ts'
export { depositStake as deposit } from './depositStake.ts'
export { showAccount as show } from './showAccount.ts'
export { withdrawStake as withdraw } from './withdrawStake.ts'
