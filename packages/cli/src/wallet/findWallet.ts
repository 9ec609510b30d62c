// Which wallet a command uses: found by name, address, place or age, without its password.
import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, isAbsolute, join, resolve } from 'node:path'
import process from 'node:process'
import { addressFault } from '@iexec/sdk'
import { isPrivateKey } from '@iexec/service/keystore'
import { getAddress, isAddress, type Address, type Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { CliError } from '../cliError.ts'
import { readJsonFile } from '../files/jsonFile.ts'
import { asKeystore, type Keystore, type LockedWallet } from './keystore.ts'

/** A wallet that was found: its key in clear, or under a password. */
export type Wallet =
  | { readonly kind: 'open'; readonly path: string; readonly address: Address; readonly privateKey: Hex }
  | ({ readonly kind: 'encrypted' } & LockedWallet)

/** Where to look, as the options say it. */
export type WalletChoice = {
  readonly walletFile?: string | undefined
  readonly walletAddress?: string | undefined
  /** `global` (or nothing), `local`, or a folder. */
  readonly keystoredir?: string | undefined
}

/**
 * The wallet to use: the named file, else the newest of the named address, else `wallet.json` of this folder, else the newest of
 * the keystore.
 *
 * @param folder the project's folder
 * @throws CliError `NoWallet` with where it was looked for; `BadFile` with the file when it is no wallet
 */
export async function findWallet(folder: string, choice: WalletChoice): Promise<Wallet> {
  const keystore = keystoreFolder(folder, choice.keystoredir)
  if (choice.walletFile !== undefined)
    return readWallet(isAbsolute(choice.walletFile) ? choice.walletFile : join(keystore, choice.walletFile))
  if (choice.walletAddress !== undefined) return findByAddress(keystore, choice.walletAddress)
  const open = await readJsonFile(join(folder, 'wallet.json'))
  if (open !== undefined) return readWallet(join(folder, 'wallet.json'))
  const [newest] = await listWallets(keystore)
  if (newest !== undefined) return readWallet(join(keystore, newest))
  throw new CliError('NoWallet', `There is no wallet: neither wallet.json in ${folder}, nor a file in ${keystore}.`, {
    hints: ['iexec wallet create makes one.'],
  })
}

/**
 * The folder of wallets under a password.
 *
 * @param place `global` or nothing for that of the user, `local` for the project's, else a folder
 */
export function keystoreFolder(folder: string, place: string | undefined): string {
  if (place === 'local') return folder
  if (place !== undefined && place !== 'global') return resolve(folder, place)
  if (process.platform === 'darwin') return join(homedir(), 'Library/Ethereum/keystore')
  if (process.platform === 'win32') return join(homedir(), 'AppData/Roaming/Ethereum/keystore')
  return join(homedir(), '.ethereum/keystore')
}

async function findByAddress(keystore: string, given: string): Promise<Wallet> {
  const fault = addressFault(given)
  if (fault !== undefined) throw new CliError('Usage', `--wallet-address: ${fault.sentence}.`, { hints: [fault.hint] })
  const name = (await listWallets(keystore)).find((file) => file.toLowerCase().endsWith(given.slice(2).toLowerCase()))
  if (name !== undefined) return readWallet(join(keystore, name))
  throw new CliError('NoWallet', `There is no wallet of ${given} in ${keystore}.`, {
    hints: ['Name another folder with --keystoredir, or bring the key with iexec wallet import.'],
  })
}

/** The names of the keystore's files, the newest first: they begin with the moment of their making. */
export async function listWallets(keystore: string): Promise<readonly string[]> {
  const names = await readdir(keystore).catch(() => [])
  return names
    .filter((name) => /^UTC--.+--[0-9a-f]{40}$/iu.test(name))
    .toSorted()
    .toReversed()
}

async function readWallet(path: string): Promise<Wallet> {
  const given = await readJsonFile(path)
  if (given === undefined)
    throw new CliError('NoWallet', `There is no wallet ${path}.`, { hints: ['iexec wallet create makes one.'] })
  const keystore = asKeystore(given)
  if (keystore !== undefined) return { kind: 'encrypted', path, keystore, address: addressOf(path, keystore) }
  const privateKey = asPrivateKey(given)
  if (privateKey === undefined)
    throw new CliError('BadFile', `${path} is no wallet.`, { hints: ['It has neither a keystore nor a private key.'] })
  return { kind: 'open', path, privateKey, address: privateKeyToAddress(privateKey) }
}

/** Keystores need not say whose they are: then the name of the file does. Where both do, they have to agree. */
function addressOf(path: string, { address }: Keystore): Address {
  const named = /(?:^|--)([\da-f]{40})$/iu.exec(basename(path))?.[1]?.toLowerCase()
  const said = address ?? named
  if (said === undefined) {
    throw new CliError('BadFile', `${path} does not say of which address its key is.`, {
      hints: ['Let its name end in the address: UTC--…--<40 hex digits>.'],
    })
  }
  const found = `0x${said}`
  if (!isAddress(found, { strict: false })) {
    throw new CliError('BadFile', `${path} says that it is of "${said}", which is no address.`)
  }
  if (named === undefined || named === said) return getAddress(found)
  throw new CliError('BadFile', `${path} says that it is of ${found}, and its name that it is of 0x${named}.`, {
    hints: ['Look which of the two is right, and rename the file; or take another one with --wallet-file.'],
  })
}

function asPrivateKey(given: unknown): Hex | undefined {
  const key = typeof given === 'object' && given !== null && 'privateKey' in given ? given.privateKey : undefined
  return isPrivateKey(key) ? key : undefined
}
