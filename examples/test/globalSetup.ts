// The images of the examples are tried in a real Docker Engine.
export { setupEngine as setup } from '@iexec/runtime/test/engine'
