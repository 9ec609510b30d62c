// The way from a command to the market: chain, wallet and client, each only when it is needed.
import process from 'node:process'
import { createIexec, type ChainSettings, type Iexec } from '@iexec/sdk'
import type { Address } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { CliError } from './cliError.ts'
import type { Call } from './command.ts'
import { findChain } from './files/chainFile.ts'
import { findWallet } from './wallet/findWallet.ts'
import { decryptKey } from './wallet/keystore.ts'
import { readPassword } from './wallet/password.ts'

/** The project's folder. pnpm runs commands in a folder of its own, and tells where it was called. */
export function projectFolder(): string {
  return process.env['INIT_CWD'] ?? process.cwd()
}

/** The chain that the command is for. */
export async function chainOf(call: Call): Promise<ChainSettings> {
  return findChain(projectFolder(), text(call, 'chain'))
}

/** A client that only looks: no wallet is opened, and no password asked. */
export async function openReader(call: Call): Promise<Iexec> {
  return createIexec({ chain: await chainOf(call) })
}

/** A client that signs with the key of the wallet. */
export async function openSigner(call: Call): Promise<Iexec> {
  const chain = await chainOf(call)
  const wallet = await findWallet(projectFolder(), choiceOf(call))
  const privateKey =
    wallet.kind === 'open'
      ? wallet.privateKey
      : await decryptKey(
          wallet.keystore,
          await readPassword(choiceOf(call), `Password of ${wallet.address}`, call.terminal),
        )
  return createIexec({
    chain,
    account: privateKeyToAccount(privateKey),
    confirmations: confirmsOf(call),
    onSent: ({ txHash, label }) => {
      call.terminal.say(`${label}: ${txHash}`)
    },
  })
}

/** The address of the wallet, for which no password is needed; `undefined` when there is no wallet. */
export async function walletAddress(call: Call): Promise<Address | undefined> {
  try {
    return (await findWallet(projectFolder(), choiceOf(call))).address
  } catch (error) {
    if (error instanceof CliError && error.code === 'NoWallet') return undefined
    throw error
  }
}

/** The value of an option that takes a text. */
export function text({ options }: Pick<Call, 'options'>, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

type Choices = Parameters<typeof findWallet>[1] & Parameters<typeof readPassword>[0]

function choiceOf(call: Call): Choices {
  return {
    walletFile: text(call, 'walletFile'),
    walletAddress: text(call, 'walletAddress'),
    keystoredir: text(call, 'keystoredir'),
    password: text(call, 'password'),
    passwordFile: text(call, 'passwordFile'),
    passwordFd: text(call, 'passwordFd'),
  }
}

function confirmsOf(call: Call): number {
  const given = text(call, 'confirms') ?? '1'
  if (/^[1-9]\d{0,3}$/u.test(given)) return Number(given)
  throw new CliError('Usage', `--confirms ${given} is no number of blocks.`, {
    hints: ['Give a whole number from 1 to 9999.'],
  })
}
