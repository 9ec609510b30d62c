// The way from a command to the market: chain, wallet and client, each only when it is needed.
import { addressFault, createIexec, type ChainSettings, type Iexec } from '@iexec/sdk'
import { getAddress, zeroAddress, type Address, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { CliError } from './cliError.ts'
import type { Call } from './command.ts'
import { findChain } from './files/chainFile.ts'
import { underLock } from './files/lock.ts'
import { requireFaucet } from './files/networkFile.ts'
import { projectFolder } from './files/projectFolder.ts'
import { findWallet } from './wallet/findWallet.ts'
import { decryptKey } from './wallet/keystore.ts'
import { readPassword } from './wallet/password.ts'

export { projectFolder } from './files/projectFolder.ts'

/** The chain that the command is for. */
export async function chainOf(call: Call): Promise<ChainSettings> {
  return findChain(projectFolder(), text(call, 'chain'))
}

/** A client that only looks: no wallet is opened, and no password asked. */
export async function openReader(call: Call): Promise<Iexec> {
  return createIexec({ chain: await chainOf(call) })
}

/** A client that signs with the key of the wallet. Ctrl-C ends its waiting: what is on its way is told then. */
export async function openSigner(call: Call): Promise<Iexec> {
  return signerUntil(call, call.signal)
}

/** The same for commands that bring to its end what was begun: Ctrl-C does not end its waiting. */
export async function openSteadySigner(call: Call): Promise<Iexec> {
  return signerUntil(call, undefined)
}

/** A client of the faucet of the network on this machine. @throws CliError `Failed` when the chain is another one */
export async function openFaucet(call: Call): Promise<Iexec> {
  const chain = await chainOf(call)
  return signerOf(call, chain, { findKey: async () => requireFaucet(chain), signal: call.signal })
}

async function signerUntil(call: Call, signal: AbortSignal | undefined): Promise<Iexec> {
  const chain = await chainOf(call)
  return signerOf(call, chain, { findKey: async () => requireKey(call), signal })
}

type Signing = { readonly findKey: () => Promise<Hex>; readonly signal: AbortSignal | undefined }

async function signerOf(call: Call, chain: ChainSettings, { findKey, signal }: Signing): Promise<Iexec> {
  const { terminal } = call
  // What is typed is judged before a wallet is opened.
  const confirmations = confirmsOf(call)
  const account = privateKeyToAccount(await findKey())
  return createIexec({
    chain,
    account,
    confirmations,
    onSent: (sent) => {
      call.begun.sent(sent)
      terminal.say(`${sent.label}: ${sent.txHash}`)
    },
    onWaiting: terminal.warn,
    inTurn: async (work, what) =>
      underLock(`${chain.chainId}-${account.address.toLowerCase()}${what === 'login' ? '-login' : ''}`, work, {
        // Of a steady one only where nothing is under way: what was not begun need not be brought to an end.
        signal: signal === undefined && call.begun.isUnderWay() ? undefined : call.signal,
        notDone: what === 'login' ? 'it did not log in' : 'this transaction was not sent',
        onWait: () => {
          terminal.warn('Waiting for another iexec command of this wallet …')
        },
        onUnlocked: () => {
          if (what === 'login') return
          terminal.alarm(
            'Send nothing else with this wallet now: ~/.iexec/locks, where commands take turns, cannot be used.',
          )
        },
      }),
    ...(signal !== undefined && { signal }),
  })
}

/**
 * The key of the wallet; its password is asked for where the line does not give it.
 *
 * @throws CliError `NoWallet`, `WrongPassword`, `NoTerminal`
 */
export async function requireKey(call: Call): Promise<Hex> {
  const wallet = await findWallet(projectFolder(), choiceOf(call))
  if (wallet.kind === 'open') return wallet.privateKey
  const password = await readPassword(choiceOf(call), `Password of ${wallet.address}`, call.terminal)
  return decryptKey(wallet, password)
}

/**
 * The address of the wallet, for which no password is needed.
 *
 * @throws CliError `NoWallet`
 */
export async function requireWalletAddress(call: Call): Promise<Address> {
  return (await findWallet(projectFolder(), choiceOf(call))).address
}

/**
 * An address that somebody typed.
 *
 * @param name what it is of: the name of the argument or the option
 * @throws CliError `Usage`
 */
export function addressArgument(given: string | undefined, name: string): Address {
  const fault = addressFault(given ?? '')
  if (given !== undefined && fault === undefined) return getAddress(given)
  throw new CliError('Usage', `${name}: ${fault?.sentence}.`, { hints: fault === undefined ? [] : [fault.hint] })
}

/**
 * Who receives something, as `--to` says it.
 *
 * @throws CliError `Usage` also for the address of zeros, from which nothing comes back
 */
export function receiverArgument(given: string): Address {
  const to = addressArgument(given, '--to')
  if (to !== zeroAddress) return to
  throw new CliError('Usage', `--to: ${to} belongs to nobody: what goes there is lost.`, {
    hints: ['Name the address of who shall receive it.'],
  })
}

/** The value of an option that takes a text. */
export function text({ options }: Pick<Call, 'options'>, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

/** Whether a flag was given. */
export function isSet({ options }: Pick<Call, 'options'>, name: string): boolean {
  return options[name] === true
}

/** Where to look for a wallet and for its password. */
export type Choices = Parameters<typeof findWallet>[1] & Parameters<typeof readPassword>[0]

/** Which wallet, and from where its password comes, as the options say it. */
export function choiceOf(call: Call): Choices {
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
