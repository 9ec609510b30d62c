// Tests of this package share one Docker Engine with all others.
export { setupEngine as setup } from '@iexec/runtime/test/engine'
