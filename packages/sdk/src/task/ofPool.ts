// What the workerpool of a task knows of it, by the short names under which `createIexec` has it.
export { fetchLogs as logs } from './fetchLogs.ts'
export { fetchOffchain as offchain } from './fetchOffchain.ts'
export { streamTask as stream } from './streamTask.ts'
