// What the market knows of accounts, by the short names under which `createIexec` has it.
export { fetchAccountHistory as history, fetchEarned as earned } from './accountHistory.ts'
