// The verbs of tasks, by the short names under which `createIexec` has them; those that ask the workerpool are in `ofPool.ts`.
export { claimTask as claim } from './claimTask.ts'
export { showTask as show } from './showTask.ts'
export { watchTask as watch } from './watchTask.ts'
