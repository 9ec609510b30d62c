// The events of a hub, as a task is verified by them: found by task, by worker or by time, and grouped by what they did.
import { asInstant, type Instant } from '@iexec/protocol'
import {
  decodeAbiParameters,
  hexToBigInt,
  hexToNumber,
  keccak256,
  numberToHex,
  stringToHex,
  type Address,
  type Hex,
} from 'viem'
import { ask } from '../call/readContract.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { wrongPiece } from '../service/parse.ts'
import type { Happening, Line } from './evidence.ts'
import { lineOf, moneyLine } from './replay.ts'

/** A log as nodes tell it. */
export type RpcLog = {
  readonly address: Address
  readonly topics: [Hex, ...Hex[]]
  readonly data: Hex
  readonly blockNumber: Hex
  readonly transactionHash: Hex
  readonly logIndex: Hex
}

/** The events that are read, as the hub declares them: the names of what is in words of 32 bytes, topics first. */
const EVENTS = {
  Lock: ['address,uint256', 'owner,amount'],
  Unlock: ['address,uint256', 'owner,amount'],
  Reward: ['address,uint256,bytes32', 'owner,amount,ref'],
  Seize: ['address,uint256,bytes32', 'owner,amount,ref'],
  AccurateContribution: ['address,bytes32', 'owner,task'],
  FaultyContribution: ['address,bytes32', 'owner,task'],
  OrdersMatched: ['bytes32,bytes32,bytes32,bytes32,bytes32,uint256', 'deal,app,dataset,workerpool,request,amount'],
  TaskInitialize: ['bytes32,address', 'task,owner'],
  TaskContribute: ['bytes32,address,bytes32', 'task,owner,hash'],
  TaskConsensus: ['bytes32,bytes32', 'task,hash'],
  TaskReveal: ['bytes32,address,bytes32', 'task,owner,hash'],
  TaskReopen: ['bytes32', 'task'],
  TaskFinalize: ['bytes32,bytes', 'task'],
  TaskClaimed: ['bytes32', 'task'],
  Transfer: ['address,address,uint256', 'from,owner,id'],
  PolicyUpdate: ['uint256,uint256,uint256,uint256', 'oldStake,stake,oldReward,reward'],
  // Its two texts stand behind its words.
  CreateCategory: ['uint256,string,string,uint256', 'category,name,description,amount'],
  ClosedAppOrder: ['bytes32', 'order'],
  ClosedDatasetOrder: ['bytes32', 'order'],
  ClosedWorkerpoolOrder: ['bytes32', 'order'],
  ClosedRequestOrder: ['bytes32', 'order'],
  SignedAppOrder: ['bytes32', 'order'],
  SignedDatasetOrder: ['bytes32', 'order'],
  SignedWorkerpoolOrder: ['bytes32', 'order'],
  SignedRequestOrder: ['bytes32', 'order'],
} as const

/** The topic of an event. */
export function topicOf(name: keyof typeof EVENTS): Hex {
  return keccak256(stringToHex(`${name}(${EVENTS[name][0]})`))
}

const NAMES: ReadonlyMap<string, keyof typeof EVENTS> = new Map(
  (Object.keys(EVENTS) as (keyof typeof EVENTS)[]).map((name) => [topicOf(name), name]),
)

/** Which logs of the hub are sought. */
export type LogFilter = {
  readonly from: bigint
  readonly to: bigint | 'latest'
  readonly topics: readonly (Hex | readonly Hex[] | null)[]
  /** Whose; the hub's when left out. */
  readonly address?: Address
}

/** Asks for logs. @throws IexecError `ChainUnreachable` in the words of the node, which may not look so far back */
export async function readLogs(
  context: Context,
  { from, to, topics, address = context.contracts.hub }: LogFilter,
): Promise<readonly RpcLog[]> {
  const range = { fromBlock: numberToHex(from), toBlock: to === 'latest' ? to : numberToHex(to) }
  const filter = { address, topics, ...range }
  try {
    return await ask<readonly RpcLog[]>(context.request, 'eth_getLogs', [filter])
  } catch (cause) {
    if (!(cause instanceof IexecError) || cause.code !== 'ChainUnreachable') throw cause
    throw new IexecError(cause.code, cause.message, {
      hints: [
        `Events from block ${from} to ${to} were asked for: name a node that gives those of old blocks, and of many at once.`,
      ],
      details: cause.details,
      cause,
    })
  }
}

/** An event of the hub that tells of a task, a deal or money. */
export type HubEvent = {
  readonly name: keyof typeof EVENTS
  /** A word of 32 bytes by its name. */
  readonly word: (name: string) => Hex
  readonly owner: Address
  readonly amount: bigint
}

/** An event of the hub by its name; `undefined` for any other. */
export function decodeLog({ topics: [topic, ...topics], data }: Pick<RpcLog, 'topics' | 'data'>): HubEvent | undefined {
  const name = NAMES.get(topic)
  if (name === undefined) return undefined
  const words = [...topics.map((one) => one.slice(2)), ...(data.slice(2).match(/.{64}/gu) ?? [])]
  const names = EVENTS[name][1].split(',')
  const word = (of: string): Hex => `0x${words[names.indexOf(of)] ?? ''}`
  return {
    name,
    word,
    get owner() {
      return `0x${word('owner').slice(-40)}` as const
    },
    get amount() {
      return BigInt(word('amount'))
    },
  }
}

/** A block, as far as it matters here. */
export type BlockTime = { readonly number: bigint; readonly at: Instant }

type RpcBlock = { readonly number: Hex; readonly timestamp: Hex }

/** @throws IexecError `BadAnswer`, `ChainUnreachable` */
export async function readBlock({ request }: Context, block: bigint | 'latest'): Promise<BlockTime> {
  const name = block === 'latest' ? block : numberToHex(block)
  const found = await ask<RpcBlock | null>(request, 'eth_getBlockByNumber', [name, false])
  if (found === null) throw wrongPiece(`block ${block} of the chain`, 'a block', found)
  return { number: hexToBigInt(found.number), at: asInstant(hexToBigInt(found.timestamp)) }
}

/**
 * The first block that is not earlier than a moment, which some block has reached.
 *
 * @example
 * await findBlock(context, deal.startTime) // 17n
 */
export async function findBlock(context: Context, at: bigint): Promise<bigint> {
  let [low, high] = [0n, (await readBlock(context, 'latest')).number]
  while (low < high) {
    const middle = (low + high) / 2n
    if ((await readBlock(context, middle)).at < at) low = middle + 1n
    else high = middle
  }
  return low
}

/** So that logs of several blocks can be put into their order. */
export function isBefore(
  log: Pick<RpcLog, 'blockNumber' | 'logIndex'>,
  than: { block: bigint; logIndex: number },
): boolean {
  const block = hexToBigInt(log.blockNumber)
  return block === than.block ? hexToNumber(log.logIndex) < than.logIndex : block < than.block
}

/** What a transaction did to a task, from all logs that the hub wrote in it. */
export function happeningsOf(logs: readonly RpcLog[], task: Hex, at: Instant): readonly Happening[] {
  const happenings: Happening[] = []
  let money: Line[] = []
  for (const log of logs) {
    const event = decodeLog(log)
    // It moves RLC and nothing else: what it says is said by the others, too.
    if (event?.name === 'Transfer') continue
    const line = event === undefined ? undefined : moneyOf(event, task)
    if (line !== undefined) {
      money.push(line)
      continue
    }
    if (event !== undefined && event.word('task') === task) {
      happenings.push(happeningOf(event, { log, at, money }))
    }
    // Whatever it was of: what comes after it belongs to the next one.
    money = []
  }
  return happenings
}

/** Of another task, the line says so, and is not what the rules say. */
function moneyOf(event: HubEvent, task: Hex): Line | undefined {
  const { name } = event
  const of = (word: string): string => (event.word(word) === task ? '' : ` for ${event.word(word)}`)
  switch (name) {
    case 'Lock':
    case 'Unlock':
      return moneyLine(name, event.owner, event.amount)
    case 'Reward':
    case 'Seize': {
      const line = moneyLine(name, event.owner, event.amount)
      return { ...line, value: `${line.value}${of('ref')}` }
    }
    case 'AccurateContribution':
    case 'FaultyContribution':
      return lineOf(name, event.owner, of('task'))
    default:
      return undefined
  }
}

type Place = { readonly log: RpcLog; readonly at: Instant; readonly money: readonly Line[] }

function happeningOf(event: HubEvent, { log, at, money }: Place): Happening {
  const name = event.name as Happening['event']
  const hasOwner = name === 'TaskInitialize' || name === 'TaskContribute' || name === 'TaskReveal'
  const hash = event.word('hash')
  const value = name === 'TaskFinalize' ? decodeAbiParameters([{ type: 'bytes' }], log.data)[0] : hash.slice(2) && hash
  const account = hasOwner ? event.owner : undefined
  return {
    event: name,
    worker: name === 'TaskInitialize' ? undefined : account,
    hash: value === '' ? undefined : value,
    lines: [...money, lineOf(name, account, value)],
    block: hexToBigInt(log.blockNumber),
    at,
    txHash: log.transactionHash,
    logIndex: hexToNumber(log.logIndex),
  }
}
