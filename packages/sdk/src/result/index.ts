// The verbs of results, by the short names under which `createIexec` has them.
export { downloadResult as download, openResult as open } from './downloadResult.ts'
export { checkEncryptionKey, pushEncryptionKey } from './encryptionKey.ts'
export { verifyResult as verify } from './verifyResult.ts'
