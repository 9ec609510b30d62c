// The verbs of deals, by the short names under which `createIexec` has them.
export { claimDeal as claim } from './claimDeal.ts'
export { countTasks } from './dealProgress.ts'
export { fetchDeals as fetch } from './fetchDeals.ts'
export { showDeal as show } from './showDeal.ts'
export { watchDeal as watch } from './watchDeal.ts'
