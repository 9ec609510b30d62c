// Running apps that strangers sell, over inputs that strangers name: fetched, contained, judged. Nothing here knows a chain.
export * from './contract/describeRun.ts'
export { limitsOf, type CategoryLimits, type FetchLimits } from './contract/limits.ts'
export type { Archive } from './contract/archive.ts'
export type { FaultCause } from './contract/verdict.ts'
export { createDockerEngine, type DockerEngineOptions, type RegistryLogin } from './docker/index.ts'
export * from './job.ts'
export { TaskRefused, runTask, type Outcome, type RunEvent, type RunTaskOptions } from './runTask.ts'
export { createWasmEngine, type WasmOptions } from './wasm/index.ts'
