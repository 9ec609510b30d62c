// The command line of the deployment.
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { NO_ADDRESS } from '@iexec/protocol'
import { isAddress, type Address } from 'viem'
import { Refusal } from './refusal.ts'

/** How the command is used. */
export const HELP = `pnpm --filter @iexec/contracts run deploy --rpc URL --key-file FILE [options]

Deploys a whole market (token, registries, hub), and prints its addresses as JSON. The addresses follow from the owner, the
token, the categories and the base URI of the registries alone (this command takes the five usual categories and no base
URI): they are the same on every chain, and a repeated call finishes an interrupted deployment.

  --rpc URL             http or https URL of the chain
  --key-file FILE       whose key pays: a private key (0x and 64 hex digits), or a web3 keystore of version 3;
                        readable by you alone (mode 0600)
  --password-file FILE  the password of the keystore, readable by you alone; asked for on the terminal when left out
  --owner ADDRESS       owner of the hub and the registries, and holder of a new token; the key's address when left out
  --token ADDRESS       an existing RLC; a new one is deployed when left out
  --chain-id N          refuse any other chain
  --out FILE            write the addresses to this file instead of printing them; what it may replace are the addresses of
                        an earlier deployment
  -h, --help            show this
`

/** What the command line says, checked. */
export type Options = {
  readonly rpc: string
  readonly keyFile: string
  readonly passwordFile: string | undefined
  readonly owner: Address | undefined
  readonly token: Address | undefined
  readonly chainId: number | undefined
  readonly out: string | undefined
}

/**
 * Reads the command line; `help` when that is all it asks for.
 *
 * @param directory where relative paths begin
 * @throws Refusal when an option is unknown, missing or malformed
 * @example
 * readOptions(['--rpc', 'http://127.0.0.1:8545', '--key-file', 'key'], process.cwd())
 */
export function readOptions(args: readonly string[], directory: string): Options | 'help' {
  const values = parse(args)
  if (values.help === true) return 'help'
  const { rpc, 'key-file': keyFile, 'password-file': passwordFile, out } = values
  if (rpc === undefined) throw new Refusal('--rpc URL is missing; --help shows all options.')
  if (keyFile === undefined) throw new Refusal('--key-file FILE is missing; --help shows all options.')
  const path = (option: string, given: string): string => resolve(directory, pathOf(option, given))
  return {
    rpc,
    keyFile: path('--key-file', keyFile),
    passwordFile: passwordFile === undefined ? undefined : path('--password-file', passwordFile),
    owner: ownerOf(values.owner),
    token: addressOf('--token', values.token),
    chainId: chainIdOf(values['chain-id']),
    out: out === undefined ? undefined : path('--out', out),
  }
}

type Values = {
  readonly [name in 'rpc' | 'key-file' | 'password-file' | 'owner' | 'token' | 'chain-id' | 'out']?: string
} & { readonly help?: boolean }

function parse(args: readonly string[]): Values {
  const text = { type: 'string' } as const
  try {
    const options = {
      rpc: text,
      'key-file': text,
      'password-file': text,
      owner: text,
      token: text,
      'chain-id': text,
      out: text,
      help: { type: 'boolean', short: 'h' },
    } as const
    // pnpm hands a separating `--` on.
    return parseArgs({ args: args.filter((arg) => arg !== '--'), options }).values
  } catch (cause) {
    throw new Refusal(`${describe(cause)}; --help shows all options.`, { cause })
  }
}

/** Never repeats a value: somebody may have typed his key. */
function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  const option = /'(?:-\w, )?(--?[a-z-]+)(?: <value>)?'/u.exec(message)?.[1]
  if (option === undefined) return 'There is an argument that belongs to no option'
  return message.startsWith('Unknown') ? `There is no option ${option}` : `The option ${option} is not used rightly`
}

/** A private key, or the words of a wallet. */
const SECRET = /^(?:(?:0x)?[0-9a-f]{64}|[a-z]+(?:\s+[a-z]+){11,})$/iu

function pathOf(option: string, given: string): string {
  if (SECRET.test(given.trim())) {
    throw new Refusal(
      [
        `What ${option} gives is no path but looks like a secret itself: keep it in a file that you alone can read,`,
        'and give the path of that. Whoever uses this machine may have seen it on the command line.',
      ].join(' '),
    )
  }
  if (given !== '') return given
  throw new Refusal(`${option} gives no name of a file; --help shows all options.`)
}

function ownerOf(given: string | undefined): Address | undefined {
  const owner = addressOf('--owner', given)
  if (owner !== NO_ADDRESS) return owner
  throw new Refusal(
    'The owner is the zero address, whose key nobody has: nobody could use the market, and its RLC would be lost.',
  )
}

function addressOf(option: string, given: string | undefined): Address | undefined {
  if (given === undefined || isAddress(given)) return given
  throw new Refusal(`What ${option} gives is no address: 0x and 40 hex digits, whose upper and lower case fit.`)
}

function chainIdOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined
  const chainId = /^\d{1,15}$/u.test(given) ? Number(given) : 0
  if (chainId > 0) return chainId
  throw new Refusal('What --chain-id gives is no chain id: it is a whole number above 0, as 42161.')
}
