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
export { isDiskFull } from './db/isDiskFull.ts'
export { isDown } from './db/isDown.ts'
export { tables } from './db/migrations.ts'
export { PLACES, isPlace, locateDatabase, sharedFile } from './db/place.ts'
export { openQueue, type Queue } from './db/queue.ts'
export { cannotOpen, takeDatabase, type TakenDatabase } from './db/takeDatabase.ts'
export { WIDE_ZERO, fromWide, toWide, type Wide } from './db/wide.ts'
export { isOtherAnswer, requireHub, requireWorkerpool, type Registries } from './hub.ts'
export { KeyError, readKey, type KeySource } from './key.ts'
export { FileIsHeld, holdFile, whileLeading, type Leadership, type Role } from './lead/leader.ts'
export { openSession, pause, whenAborted, type PostgresLocation, type Purpose, type Session } from './lead/session.ts'
export { openLog, runMain, type RunningService, type ServiceMain } from './main.ts'
export { watchOutages } from './outage.ts'
export { sayWhy } from './sayWhy.ts'
export { whyNotStored, type ResultsOf } from './storage.ts'
export { openLater, originsOf, reachChain, type ReachOptions } from './reach.ts'
export { LOG_LEVELS, longest, serviceCommand, type LogLevel, type ServiceFacts } from './settings/command.ts'
export { readJson, readSettingsFile, type FileOnly, type FileSettings } from './settings/file.ts'
export { asAddress, asGateway, asSocket, asText, asUrl, collectUrls, setting, whole } from './settings/option.ts'
export { parseSettings, readSettings, type CommonSettings } from './settings/readSettings.ts'
export { dropEmptyVariables, isGateway, isHttp, isWebsocket, prefixOf, strayVariables } from './settings/text.ts'
export { readBody, type ReadBody } from './http/body.ts'
export { clientOf, type Asker } from './http/client.ts'
export { allowOrigins } from './http/cors.ts'
export { closeServer, createServer, isWebSocket, listen, type ListenAddress } from './http/listen.ts'
export { isOriginOfThisMachine } from './http/origin.ts'
export { askerOf, limitRate, type HttpEnv, type RateLimit } from './http/rateLimit.ts'
export { createFaultAnswer, failed, tellFault, type Failure, type HttpLog, type RefusalStatus } from './http/fault.ts'
export { createShell, openRegistry, type ShellDeps } from './http/shell.ts'
export {
  renderStatus,
  type StatusPage,
  type StatusSection,
  type StatusTable,
  type StatusText,
} from './http/statusPage.ts'
