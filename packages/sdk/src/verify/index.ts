// Computes a task again, from its orders to its result: a path of its own, for whoever verifies.
export * from './checkTask.ts'
export type * from './evidence.ts'
export { verifyTask, type VerifiedTask, type VerifyOptions } from './verifyTask.ts'
