// The verbs of datasets, by the short names under which `createIexec` has them.
export { deployDataset as deploy, predictDataset as predict } from './deployDataset.ts'
export { showDataset as show } from './showDataset.ts'
