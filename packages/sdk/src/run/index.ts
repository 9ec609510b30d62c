// The verbs of runs, by the names under which `createIexec` has them.
export { estimateRun as estimate } from './estimateRun.ts'
export { estimateMap, mapApp as map } from './mapApp.ts'
export { resumeRun as resume } from './run.ts'
export { runApp as run, startRun as start } from './runApp.ts'
