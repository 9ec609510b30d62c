// The wallet of whoever types a command of a package of its own: the one that is named, else the one that the iexec command would take; a password may be typed. A path of its own: who signs one thing needs nothing else of this package.
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { LocalAccount } from 'viem'
import { KeyError, readKey, type KeySource } from './key.ts'

/** Where to look for a wallet that nobody named, and who can be asked for its password. */
export type WalletPlaces = {
  /** Where the command was called. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** What the variables of the key and the password begin with: `WORKER`. */
  readonly prefix: string
  /** Asks for a password; undefined when nobody is there. */
  readonly ask: ((question: string) => Promise<string>) | undefined
}

/**
 * The account of whoever types a command.
 *
 * @throws KeyError in one sentence, with what to do
 * @example
 * await readAccount(options, { folder: process.cwd(), env: process.env, prefix: 'WORKER', ask: undefined })
 */
export async function readAccount(
  { walletFile: named, passwordFile, keyFile }: Pick<KeySource, 'walletFile' | 'passwordFile' | 'keyFile'>,
  { folder, env, prefix, ask }: WalletPlaces,
): Promise<LocalAccount> {
  const key = env[`${prefix}_KEY`]
  const isNamed = named !== undefined || keyFile !== undefined || (key ?? '') !== ''
  const walletFile = isNamed ? named : findWallet(folder)
  if (!isNamed && walletFile === undefined) {
    throw new KeyError(
      'There is no wallet: iexec wallet create makes one, or name a file with --wallet-file or --key-file.',
    )
  }
  const source = { walletFile, passwordFile, keyFile, key }
  const given = env[`${prefix}_PASSWORD`]
  if (walletFile === undefined || passwordFile !== undefined || (given ?? '') !== '' || ask === undefined) {
    return readKey({ ...source, password: given })
  }
  // A wallet in clear needs none: it is read before anybody is asked.
  return readKey(source).catch(async (error: unknown) => {
    if (!(error instanceof KeyError) || !error.message.includes('is under a password')) throw error
    return readKey({ ...source, password: await ask(`Password of ${walletFile}: `) })
  })
}

/** `wallet.json` of this folder, else the newest of the keystore: so the iexec command finds it, too. */
function findWallet(folder: string): string | undefined {
  const open = join(folder, 'wallet.json')
  if (existsSync(open)) return open
  const keystore = keystoreFolder()
  if (!existsSync(keystore)) return undefined
  const [newest] = readdirSync(keystore)
    .filter((name) => /^UTC--.+--[0-9a-f]{40}$/iu.test(name))
    .toSorted()
    .toReversed()
  return newest === undefined ? undefined : join(keystore, newest)
}

function keystoreFolder(): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library/Ethereum/keystore')
  if (process.platform === 'win32') return join(homedir(), 'AppData/Roaming/Ethereum/keystore')
  return join(homedir(), '.ethereum/keystore')
}

/** Asks at the terminal, and shows nothing of the answer. */
export async function askHidden(question: string): Promise<string> {
  process.stderr.write(question)
  const silent = new Writable({
    write: (_chunk, _encoding, done) => {
      done()
    },
  })
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true })
  try {
    return await reader.question('')
  } finally {
    reader.close()
    process.stderr.write('\n')
  }
}
