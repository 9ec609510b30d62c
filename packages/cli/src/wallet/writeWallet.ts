// Makes the file of a wallet: under a password as a rule, in clear only by an explicit wish; never over another one.
import { join } from 'node:path'
import { privateKeyToAccount } from 'viem/accounts'
import type { Address, Hex } from 'viem'
import { CliError } from '../cliError.ts'
import { changingFile } from '../files/jsonFile.ts'
import { exists, writeWhole } from '../files/wholeFile.ts'
import { keystoreFolder } from './findWallet.ts'
import { encryptKey, type Keystore } from './keystore.ts'

/** What stands in `wallet.json`: a key in clear. */
export type OpenWallet = { readonly privateKey: Hex; readonly publicKey: Hex; readonly address: Address }

/** A wallet that was written. */
export type Written = { readonly fileName: string; readonly address: Address; readonly wallet: OpenWallet | Keystore }

/**
 * Writes `wallet.json` with the key in clear.
 *
 * @throws CliError `BadFile` when there is one already and it may not be replaced
 */
export async function writeOpenWallet(folder: string, privateKey: Hex, isForced: boolean): Promise<Written> {
  const { address, publicKey } = privateKeyToAccount(privateKey)
  const wallet = { privateKey, publicKey, address }
  const fileName = join(folder, 'wallet.json')
  await changingFile(fileName, async () => {
    if (!isForced && (await exists(fileName))) {
      throw new CliError('BadFile', `There is a wallet already: ${fileName}.`, {
        hints: ['Move it away, or replace it with --force. A key that was replaced is gone.'],
      })
    }
    await write(fileName, wallet)
  })
  return { fileName, address, wallet }
}

/** Where a wallet under a password is written. */
export type KeystorePlace = { readonly folder: string; readonly keystoredir: string | undefined; readonly now: Date }

/** Writes a keystore file. Its name begins with the moment, so that none is ever replaced. */
export async function writeKeystore(privateKey: Hex, password: string, place: KeystorePlace): Promise<Written> {
  const wallet = await encryptKey(privateKey, password)
  const { address } = privateKeyToAccount(privateKey)
  const moment = place.now.toISOString().replaceAll(':', '-').replace('Z', '000000Z')
  const fileName = join(
    keystoreFolder(place.folder, place.keystoredir),
    `UTC--${moment}--${address.slice(2).toLowerCase()}`,
  )
  await write(fileName, wallet)
  return { fileName, address, wallet }
}

/** Through a second file: the old key is there until the new one is whole, and nobody else can read either. */
async function write(path: string, value: unknown): Promise<void> {
  await writeWhole(path, `${JSON.stringify(value, undefined, 2)}\n`, 0o600)
}
