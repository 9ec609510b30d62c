// Makes the file of a wallet: under a password as a rule, in clear only by an explicit wish; never over another one.
import { randomBytes } from 'node:crypto'
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { privateKeyToAccount } from 'viem/accounts'
import type { Address, Hex } from 'viem'
import { CliError } from '../cliError.ts'
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
  if (!isForced && (await exists(fileName))) {
    throw new CliError('BadFile', `There is a wallet already: ${fileName}.`, {
      hints: ['Move it away, or replace it with --force. A key that was replaced is gone.'],
    })
  }
  await (isForced ? replace(fileName, wallet) : write(fileName, wallet))
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

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Beside it first: the old key is there until the new one is whole, and who could read the old file cannot read the new. */
async function replace(path: string, value: unknown): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await writeNew(beside, value)
    await rename(beside, path)
  } catch (cause) {
    await rm(beside, { force: true })
    throw unwritable(path, cause)
  }
}

async function write(path: string, value: unknown): Promise<void> {
  try {
    await writeNew(path, value)
  } catch (cause) {
    throw unwritable(path, cause)
  }
}

/** Returns when it is on the disk. */
async function writeNew(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(path, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true })
}

function unwritable(path: string, cause: unknown): CliError {
  const { code, message } = cause as NodeJS.ErrnoException
  return new CliError('BadFile', `The wallet cannot be written to ${path}: ${code ?? message}.`, { cause })
}
