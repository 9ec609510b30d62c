// The verbs of workerpools, by the short names under which `createIexec` has them.
export { changePolicy } from './changePolicy.ts'
export { deployWorkerpool as deploy, predictWorkerpool as predict } from './deployWorkerpool.ts'
export { showWorkerpool as show } from './showWorkerpool.ts'
