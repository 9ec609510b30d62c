// One Docker Engine for all test files of the runtime.
export { setupEngine as setup } from './engine.ts'
