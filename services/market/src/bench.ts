// What benchmarks take apart: the rooms of the service without its process.
export { recheckBook, reopenBook } from './book/index.ts'
export { openDatabase } from './db/database.ts'
export { openTables } from './index/apply.ts'
export { openIndexer } from './index/runIndexer.ts'
export { openBus, type Bus } from './live/bus.ts'
