// The events of a transaction in words: decoded by the interfaces of our contracts, with what each value is.
import * as contracts from '@iexec/protocol/abi'
import { decodeResultLink } from '@iexec/protocol'
import { decodeEventLog, toEventSelector, toFunctionSelector, type AbiEvent, type Address, type Hex } from 'viem'
import type { IdKind } from '../../show/Id.tsx'

/** A log as nodes tell it. */
export type RpcLog = {
  readonly address: Address
  readonly topics: readonly Hex[]
  readonly data: Hex
  readonly logIndex: Hex
}

/** One value that an event carries. `nRLC` is an amount; `text` is shown as it is written. */
export type Argument = { readonly name: string; readonly is: IdKind | 'nRLC' | 'text'; readonly value: string }

/** An event; one that none of our contracts wrote has no name. */
export type TxEvent = {
  readonly place: number
  readonly contract: Address
  readonly name: string | undefined
  readonly arguments: readonly Argument[]
}

/** Every event of every contract, by its topic. Two can share one: they differ in what is indexed. */
const EVENTS: ReadonlyMap<Hex, readonly AbiEvent[]> = Map.groupBy(
  Object.values(contracts).flatMap((abi): readonly AbiEvent[] => abi.filter((item) => item.type === 'event')),
  (event) => toEventSelector(event),
)

/**
 * Contracts that wrote what one of ours may have written: anybody can write an event of any name.
 *
 * @example
 * writersOf(receipt.logs) // ['0x…']
 */
export function writersOf(logs: readonly RpcLog[]): readonly Address[] {
  return logs.filter((log) => decode(log) !== undefined).map(({ address }) => address)
}

/**
 * The events of a transaction, in their order.
 *
 * @param ours contracts of the market, in lower case: what others wrote is shown as it is, whatever it pretends to be
 * @example
 * eventsOf(receipt.logs, ours)[0] // { place: 0, name: 'Lock', contract: '0x…', arguments: [{ name: 'owner', is: 'address', … }] }
 */
export function eventsOf(logs: readonly RpcLog[], ours: ReadonlySet<string>): readonly TxEvent[] {
  return logs.map((log) => {
    const read = ours.has(log.address.toLowerCase()) ? decode(log) : undefined
    const { name, args } = read ?? { name: undefined, args: rawOf(log) }
    return { place: Number(log.logIndex), contract: log.address, name, arguments: args }
  })
}

function decode({ topics, data }: RpcLog): { readonly name: string; readonly args: readonly Argument[] } | undefined {
  const [topic] = topics
  if (topic === undefined) return undefined
  for (const event of EVENTS.get(topic) ?? []) {
    if (event.inputs.filter(({ indexed }) => indexed === true).length !== topics.length - 1) continue
    try {
      const { args } = decodeEventLog({ abi: [event], topics: [...topics] as [Hex, ...Hex[]], data })
      const values: Readonly<Record<string, unknown>> = args ?? {}
      const decoded = event.inputs.map(({ name = '', type }) =>
        argumentOf({ event: event.name, name, type, value: values[name] }),
      )
      return { name: event.name, args: decoded }
    } catch {
      // Another contract may have chosen the same name for something else.
    }
  }
  return undefined
}

function rawOf({ topics, data }: RpcLog): readonly Argument[] {
  const words = topics.map((value, place): Argument => ({ name: `topic ${place}`, is: 'text', value }))
  return data === '0x' ? words : [...words, { name: 'data', is: 'text', value: data }]
}

const MONEY: readonly string[] = ['Lock', 'Unlock', 'Reward', 'Seize', 'Transfer', 'Approval']
/** Both names have been used for what an amount was paid for. */
const REFERENCES: readonly string[] = ['ref', 'taskid', 'taskId']
const OF_NAME: Readonly<Record<string, IdKind>> = {
  dealid: 'deal',
  dealId: 'deal',
  taskid: 'task',
  taskId: 'task',
  workerpool: 'workerpool',
  worker: 'worker',
  appHash: 'order',
  datasetHash: 'order',
  workerpoolHash: 'order',
  requestHash: 'order',
}

type Given = { readonly event: string; readonly name: string; readonly type: string; readonly value: unknown }

function argumentOf({ event, name, type, value }: Given): Argument {
  if (type === 'address') return { name, is: OF_NAME[name] ?? 'address', value: String(value) }
  if (type === 'bytes32') {
    const isReference = MONEY.includes(event) && REFERENCES.includes(name)
    return { name, is: isReference ? 'task' : (OF_NAME[name] ?? 'hash'), value: String(value) }
  }
  if (type === 'uint256' && MONEY.includes(event) && name !== 'tokenId')
    return { name, is: 'nRLC', value: String(value) }
  if (event === 'TaskFinalize' && type === 'bytes') return { name, is: 'text', value: locationOf(value as Hex) }
  return { name, is: 'text', value: textOf(value) }
}

function locationOf(results: Hex): string {
  const link = decodeResultLink(results)
  return 'location' in link ? link.location : results
}

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part), 2)
}

const FUNCTIONS: ReadonlyMap<string, string> = new Map(
  Object.values(contracts).flatMap((abi) =>
    abi.filter((item) => item.type === 'function').map((item) => [toFunctionSelector(item), item.name] as const),
  ),
)

/**
 * The name of the function that a transaction calls; `undefined` when it is none of our contracts, or no call.
 *
 * @example
 * functionOf('0x…') // 'matchOrders'
 */
export function functionOf(input: Hex): string | undefined {
  return FUNCTIONS.get(input.slice(0, 10).toLowerCase())
}
