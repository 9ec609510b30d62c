// The file of settings: what may stand in it, and what is said of what may not.
import { LOG_LEVELS, PLACES, isGateway, isHttp, isPlace, isWebsocket, longest, readJson } from '@iexec/service'
import type { Command } from 'commander'
import { isAddress, type Address } from 'viem'
import { z } from 'zod'

/** The most seconds of a login. */
export const LONGEST_CHALLENGE = 86_400

const address = z.string().refine((text) => isAddress(text, { strict: false })) as unknown as z.ZodType<Address>
const chainFile = z.strictObject({
  rpc: z.array(z.string().refine(isHttp)).min(1),
  ws: z.string().refine(isWebsocket).optional(),
  hub: address,
  fromBlock: z.int().min(0).optional(),
  database: z.string().refine(isPlace).optional(),
})
const configFile = z.strictObject({
  ...chainFile.partial().shape,
  chains: z.array(chainFile).min(1).optional(),
  host: z.string().trim().min(1).optional(),
  port: z.int().min(0).max(65_535).optional(),
  maxOpenOrders: z.int().min(1).optional(),
  challengeLifetime: z.number().positive().max(LONGEST_CHALLENGE).optional(),
  rateLimit: z.int().min(1).optional(),
  rateWindow: z.number().positive().max(longest.rateWindow).optional(),
  maxListeners: z.int().min(1).optional(),
  maxBacklog: z.int().min(1).optional(),
  polling: z.int().min(10).max(longest.polling).optional(),
  rpcTimeout: z.number().positive().max(longest.rpcTimeout).optional(),
  undoBlocks: z.int().min(1).optional(),
  ipfsGateway: z.string().refine(isGateway).optional(),
  ipfsQuota: z.int().min(1).optional(),
  logLevel: z.enum(LOG_LEVELS).optional(),
})

/** A chain as a file names it. */
type FileChain = {
  readonly rpc: readonly string[]
  readonly ws?: string | undefined
  readonly hub: Address
  readonly fromBlock?: number | undefined
  readonly database?: string | undefined
}

/** What a file may hold: several chains, and any other setting by the name of its option. */
export type FileSettings = Readonly<Record<string, unknown>> & { readonly chains?: readonly FileChain[] | undefined }

/** What each setting of the file must be. */
const WANTED: Readonly<Record<keyof typeof configFile.shape, string>> = {
  rpc: 'a list of http or https URLs, such as ["http://127.0.0.1:8545"]',
  ws: 'a ws or wss URL, such as "ws://127.0.0.1:8546"',
  hub: 'an address: 0x followed by 40 hex digits',
  fromBlock: 'a whole number from 0',
  database: PLACES,
  chains: 'a list of at least one chain, such as [{ "rpc": ["http://127.0.0.1:8545"], "hub": "0x…" }]',
  host: 'a text, such as "127.0.0.1"',
  port: 'a whole number from 0 to 65535',
  maxOpenOrders: 'a whole number from 1',
  challengeLifetime: `a number of seconds above 0, up to ${LONGEST_CHALLENGE}`,
  rateLimit: 'a whole number from 1',
  rateWindow: `a number of seconds above 0, up to ${longest.rateWindow}`,
  maxListeners: 'a whole number from 1',
  maxBacklog: 'a whole number from 1',
  polling: `a whole number from 10 to ${longest.polling}`,
  rpcTimeout: `a number of seconds above 0, up to ${longest.rpcTimeout}`,
  undoBlocks: 'a whole number from 1',
  ipfsGateway: 'an http or https URL without user and password, such as http://127.0.0.1:8080',
  ipfsQuota: 'a whole number from 1',
  logLevel: `one of ${LOG_LEVELS.join(', ')}`,
}

/** They may hold a key or a password. */
const SECRET: ReadonlySet<string> = new Set(['rpc', 'ws', 'database', 'ipfsGateway'])

/** What is wrong in a file of settings, with the value, unless that may be secret. */
function sayIssue(issue: z.core.$ZodIssue, content: unknown): string {
  const place = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(place === '' ? configFile.shape : chainFile.shape).join(', ')
    return `${[...issue.path, issue.keys[0]].join('.')} is no setting; those are ${known}.`
  }
  const name = issue.path.findLast((part) => typeof part === 'string')
  const wanted = name !== undefined && Object.hasOwn(WANTED, name) ? WANTED[name as keyof typeof WANTED] : undefined
  const value = issue.path.reduce<unknown>(
    (inner, part) => (inner as Readonly<Record<PropertyKey, unknown>>)[part],
    content,
  )
  const isSecret = name !== undefined && SECRET.has(name) && typeof value === 'string'
  const given =
    value === undefined ? 'is missing' : `is ${isSecret ? 'another text' : JSON.stringify(value).slice(0, 60)}`
  const isEntry = typeof issue.path.at(-1) === 'number'
  if (isEntry && name === 'chains')
    return `${place} must be a chain, such as { "rpc": ["http://127.0.0.1:8545"], "hub": "0x…" }, but ${given}.`
  if (isEntry) return `${place} must be an http or https URL, such as "http://127.0.0.1:8545", but ${given}.`
  if (wanted === undefined) return `it must hold settings, such as { "rpc": ["http://127.0.0.1:8545"], "hub": "0x…" }.`
  return `${place} must be ${wanted}, but ${given}.`
}

/**
 * Reads a file of settings.
 *
 * @throws CommanderError in one sentence when it cannot be read, or something in it is wrong; with `exitOverride`
 * @example
 * readFile('market.json', command).port // 3000
 */
export function readFile(path: string, command: Command): FileSettings {
  const content = readJson(path, command)
  const parsed = configFile.safeParse(content)
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  return command.error(`${path}: ${first === undefined ? 'it is not valid.' : sayIssue(first, content)}`)
}
