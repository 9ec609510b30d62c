// Recovery of signers in WASM: a path of its own, so that nobody carries WASM unasked.
export { recoverSigner } from './recoverSigner.ts'
