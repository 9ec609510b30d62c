// The deployment command, apart from the process that it runs in.
import { DeployError, deployMarket, type DeployProgress, type MarketAddresses } from '@iexec/chain'
import { unreachable } from '@iexec/protocol'
import type { LocalAccount } from 'viem'
import { readKey } from './key.ts'
import { HELP, readOptions, type Options } from './options.ts'
import { requireWritable, writeWhole } from './outFile.ts'
import { askPassword, type Terminal } from './password.ts'
import { Refusal, describeFileError } from './refusal.ts'
import { connect, describeRpcError, originOf } from './rpc.ts'
import { readSecretFile } from './secretFile.ts'

/** What the command sees of the world. */
export type DeployIo = {
  /** Where relative paths begin. */
  readonly directory: string
  readonly terminal: Terminal
  /** Takes the answer, the addresses, and returns when it is written. */
  readonly print: (text: string) => Promise<void>
  /** Takes what people read while they wait, and why it ended. */
  readonly tell: (sentence: string) => void
  /** How long an answer of the RPC may take; 10 s when left out. */
  readonly patienceInMs?: number
}

/**
 * Deploys a market as the command line says, and returns the exit code. Whatever goes wrong is told in one sentence.
 *
 * @example
 * process.exitCode = await runDeploy(process.argv.slice(2), io)
 */
export async function runDeploy(args: readonly string[], io: DeployIo): Promise<number> {
  try {
    const options = readOptions(args, io.directory)
    if (options === 'help') await io.print(HELP)
    else await deploy(options, io)
    return 0
  } catch (error) {
    io.tell(explain(error))
    return 1
  }
}

async function deploy(options: Options, io: DeployIo): Promise<void> {
  const { rpc, owner, token, chainId } = options
  const target = findTarget(options)
  const account = await readAccount(options, io)
  const client = await connect({ url: rpc, account, chainId, patienceInMs: io.patienceInMs })
  let isAnythingSent = false
  const market = await deployMarket({
    client,
    owner: owner ?? account.address,
    token,
    onProgress: (progress) => {
      isAnythingSent ||= !['keep', 'await', 'leaveToOwner'].includes(progress.step)
      io.tell(describe(progress))
    },
  }).catch((cause: unknown) => {
    if (cause instanceof DeployError) throw cause
    const rest = isAnythingSent
      ? 'What was deployed stays: the same command goes on from there.'
      : 'Nothing was sent: the same command may be tried again.'
    throw new Refusal(`${describeRpcError(originOf(rpc), cause, io.patienceInMs)} ${rest}`, { cause })
  })
  await handOver({ ...options, target, text: toJson(market) }, io)
}

/** Asked first: nobody wants to hear after a deployment that its addresses cannot be written. */
function findTarget({ out, keyFile, passwordFile }: Options): string | undefined {
  if (out === undefined) return undefined
  return requireWritable({ path: out, secrets: passwordFile === undefined ? [keyFile] : [keyFile, passwordFile] })
}

async function readAccount(options: Options, io: DeployIo): Promise<LocalAccount> {
  let isAsked = false
  const password = async (): Promise<string | undefined> => {
    isAsked = true
    return readPassword(options, io)
  }
  const account = await readKey({ file: options.keyFile, password })
  if (options.passwordFile !== undefined && !isAsked) {
    io.tell(`--password-file is not needed: ${options.keyFile} is not encrypted.`)
  }
  return account
}

type Answer = { readonly out: string | undefined; readonly target: string | undefined; readonly text: string }

async function handOver({ out, target, text }: Answer, io: DeployIo): Promise<void> {
  if (target === undefined) return print(text, io)
  try {
    writeWhole(target, `${text}\n`)
  } catch (cause) {
    await print(text, io)
    const reason = describeFileError(cause)
    throw new Refusal(`Cannot write ${out}: ${reason}. The addresses are printed instead.`, { cause })
  }
  io.tell(`The addresses are in ${out}.`)
}

async function print(text: string, io: DeployIo): Promise<void> {
  try {
    await io.print(text)
  } catch (cause) {
    const reason = describeFileError(cause)
    throw new Refusal(
      `Cannot write to standard output: ${reason}. The market stands: the same command gives its addresses again.`,
      { cause },
    )
  }
}

async function readPassword({ keyFile, passwordFile }: Options, io: DeployIo): Promise<string | undefined> {
  // The line break at the end is the editor's.
  if (passwordFile !== undefined) return readSecretFile(passwordFile).replace(/\r?\n$/u, '')
  return askPassword(`Password of ${keyFile}: `, io.terminal)
}

function describe(progress: DeployProgress): string {
  switch (progress.step) {
    case 'await':
      return `${progress.count} of the transactions of ${progress.sender} are on their way: their block is waited for.`
    case 'createProxy':
      return 'The CREATE2 deployment proxy is missing: it is created first, by the transaction that everybody uses.'
    case 'keep':
      return `${progress.part} is there: ${progress.address}`
    case 'send':
      return `${progress.part} is sent: ${progress.hash}`
    case 'deploy':
      return `${progress.part} is deployed: ${progress.address} (${progress.gasUsed} gas)`
    case 'initialize':
      return `${progress.registry} is initialized (${progress.gasUsed} gas)`
    case 'leaveToOwner':
      return `${progress.registry} is left to its owner to initialize: ${progress.owner} may call initialize(0) once.`
    default:
      return unreachable(progress)
  }
}

function toJson(market: MarketAddresses): string {
  return JSON.stringify(market, null, 2)
}

function explain(error: unknown): string {
  if (error instanceof Refusal || error instanceof DeployError) return error.message
  return String(error)
}
