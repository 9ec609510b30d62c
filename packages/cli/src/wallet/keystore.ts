// Keystores of the command: those of every service, with the words of the command when one gives no key.
import {
  KeystoreError,
  asKeystore,
  decryptKey as decrypt,
  encryptKey,
  type LockedWallet,
} from '@iexec/service/keystore'
import type { Hex } from 'viem'
import { CliError } from '../cliError.ts'

export { asKeystore, encryptKey }
export type { Keystore, LockedWallet } from '@iexec/service/keystore'

/**
 * The key in a keystore.
 *
 * @throws CliError `WrongPassword`, or `BadFile` when the file is none that can be read, or holds the key of another address
 * @example
 * await decryptKey({ path, address, keystore }, password) // '0x…'
 */
export async function decryptKey(wallet: LockedWallet, password: string): Promise<Hex> {
  try {
    return await decrypt(wallet, password)
  } catch (cause) {
    if (!(cause instanceof KeystoreError)) throw cause
    throw new CliError(cause.code, cause.message, { hints: cause.hints, cause })
  }
}
