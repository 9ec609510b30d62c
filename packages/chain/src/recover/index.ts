// Who signed, and signing, in WASM: a path of its own, so that nobody carries WASM unasked.
export { quickAccount } from './quickAccount.ts'
export { recoverSigner } from './recoverSigner.ts'
