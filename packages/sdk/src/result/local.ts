// What is done with results without any market, by the short names under which `createIexec` has it.
export { decryptResult as decrypt } from './decryptResult.ts'
export { generateEncryptionKeypair } from './encryptionKey.ts'
export { readZip } from './readZip.ts'
