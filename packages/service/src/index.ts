// What every service stands on.
export { connectionTo, type SessionSettings } from './db/connection.ts'
export {
  openDatabase,
  type Database,
  type DatabaseLocation,
  type Engine,
  type Migrations,
  type OpenOptions,
  type Reader,
  type Writer,
} from './db/database.ts'
export { isDown } from './db/isDown.ts'
export { tables } from './db/migrations.ts'
export { PLACES, isPlace, locateDatabase, sharedFile } from './db/place.ts'
export { openQueue, type Queue } from './db/queue.ts'
export { cannotOpen, takeDatabase, type TakenDatabase } from './db/takeDatabase.ts'
export { WIDE_ZERO, fromWide, toWide, type Wide } from './db/wide.ts'
export { FileIsHeld, holdFile, whileLeading, type Leadership, type Role } from './lead/leader.ts'
export { openSession, pause, whenAborted, type PostgresLocation, type Purpose, type Session } from './lead/session.ts'
export { watchOutages } from './outage.ts'
export { sayWhy } from './sayWhy.ts'
