// What a machine does with its container engine besides running apps: for whoever builds images and keeps a registry of them.
export { createContainer } from './docker/create.ts'
export { ask, statusOf, wordsOf } from './docker/faults.ts'
export { readJsonLines } from './docker/jsonLines.ts'
export { readLogs } from './docker/logs.ts'
export { connect } from './docker/options.ts'
export { newProgress, type PullEvent } from './docker/progress.ts'
export { parseReference } from './docker/reference.ts'
export { whyNoEngine } from './docker/whyNoEngine.ts'
