// The verbs of apps, by the short names under which `createIexec` has them.
export { deployApp as deploy, predictApp as predict } from './deployApp.ts'
export { showApp as show } from './showApp.ts'
