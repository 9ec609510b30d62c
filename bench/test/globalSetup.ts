// Containers are measured in the engine that all packages share.
export { setupEngine as setup } from '@iexec/runtime/test/engine'
