// From the data of a failed call to a sentence: a path of its own, for whoever loads it only when something failed.
export * from './contractError.ts'
export { explainError } from './explainError.ts'
export * from './explainRefusal.ts'
export * from './explainRevert.ts'
