// The verbs of tasks, by the short names under which `createIexec` has them.
export { claimTask as claim } from './claimTask.ts'
export { fetchLogs as logs } from './fetchLogs.ts'
export { fetchOffchain as offchain } from './fetchOffchain.ts'
export { showTask as show } from './showTask.ts'
export { watchTask as watch } from './watchTask.ts'
