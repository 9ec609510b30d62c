// The words of everything that the contracts refuse: a path of its own, for whoever loads them only when something is refused.
export * from '../deal/explainMismatch.ts'
export * from './contractError.ts'
export { explainError } from './explainError.ts'
export * from './explainRefusal.ts'
export * from './explainRevert.ts'
