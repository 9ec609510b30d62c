// What is done with results without any market, by the short names under which `createIexec` has it. What only some pages do is
// loaded when it is done.
import type { decryptResult } from './decryptResult.ts'
import type { EncryptionKeypair } from './encryptionKey.ts'

export { readZip } from './readZip.ts'

/** `decryptResult`, loaded when it is called. */
export async function decrypt(...given: Parameters<typeof decryptResult>): ReturnType<typeof decryptResult> {
  const { decryptResult: decryptNow } = await import('../later.ts')
  return decryptNow(...given)
}

/** A new pair of keys of 4,096 bits, of code that is loaded when it is called. */
export async function generateEncryptionKeypair(): Promise<EncryptionKeypair> {
  const { generateEncryptionKeypair: generateNow } = await import('../later.ts')
  return generateNow()
}
