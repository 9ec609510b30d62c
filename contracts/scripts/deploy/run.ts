// The deployment command, apart from the process that it runs in.
import { accessSync, constants, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { DeployError, deployMarket, type DeployProgress, type MarketAddresses } from '@iexec/chain'
import { unreachable } from '@iexec/protocol'
import { BaseError } from 'viem'
import { readKey } from './key.ts'
import { HELP, readOptions, type Options } from './options.ts'
import { askPassword, type Terminal } from './password.ts'
import { Refusal, describeFileError } from './refusal.ts'
import { connect } from './rpc.ts'
import { readSecretFile } from './secretFile.ts'

/** What the command sees of the world. */
export type DeployIo = {
  /** Where relative paths begin. */
  readonly directory: string
  readonly terminal: Terminal
  /** Takes the answer: the addresses. */
  readonly print: (text: string) => void
  /** Takes what people read while they wait, and why it ended. */
  readonly tell: (sentence: string) => void
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
    if (options === 'help') io.print(HELP)
    else await deploy(options, io)
    return 0
  } catch (error) {
    io.tell(explain(error))
    return 1
  }
}

async function deploy(options: Options, io: DeployIo): Promise<void> {
  const { rpc, keyFile, owner, token, chainId, out } = options
  if (out !== undefined) requireWritable(out)
  const account = await readKey({ file: keyFile, password: async () => readPassword(options, io) })
  const client = await connect({ url: rpc, account, chainId })
  const market = await deployMarket({
    client,
    owner: owner ?? account.address,
    token,
    onProgress: (progress) => {
      io.tell(describe(progress))
    },
  })
  if (out === undefined) return io.print(toJson(market))
  writeWhole(out, toJson(market))
  io.tell(`The addresses are in ${out}.`)
}

async function readPassword({ keyFile, passwordFile }: Options, io: DeployIo): Promise<string | undefined> {
  // The line break at the end is the editor's.
  if (passwordFile !== undefined) return readSecretFile(passwordFile).replace(/\r?\n$/u, '')
  return askPassword(`Password of ${keyFile}: `, io.terminal)
}

function describe(progress: DeployProgress): string {
  switch (progress.step) {
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

/** Asked first: nobody wants to hear after a deployment that its addresses cannot be written. */
function requireWritable(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK)
  } catch (cause) {
    throw new Refusal(`Cannot write ${path}: ${describeFileError(cause)}.`, { cause })
  }
}

/** The file is whole or not there. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.part`, `${text}\n`)
  renameSync(`${path}.part`, path)
}

function explain(error: unknown): string {
  if (error instanceof Refusal) return error.message
  if (error instanceof DeployError) return error.message
  const sentence = error instanceof BaseError ? error.shortMessage : String(error)
  return `${sentence} What was deployed stays: the same command goes on from there.`
}
