// The real side: a transaction in a block of its own at a moment that the test sets, and what comes of it.
import {
  appRegistryAbi,
  datasetRegistryAbi,
  hubAbi,
  rlcAbi,
  workerpoolAbi,
  workerpoolRegistryAbi,
} from '@iexec/protocol/abi'
import type { Instant } from '@iexec/protocol'
import type { MarketAddresses } from '@iexec/chain'
import { createClient, http, rpcSchema, toHex } from 'viem'
import type { Abi, Address, Hash, Hex } from 'viem'
import {
  decodeAbiParameters,
  decodeErrorResult,
  decodeEventLog,
  decodeFunctionResult,
  encodeFunctionData,
  toEventSelector,
  toFunctionSelector,
} from 'viem/utils'
import { LISTENER } from './actors.ts'
import type { Transaction } from './calls.ts'
import type { Question } from './questions.ts'

/** An event as it is compared: which contract told it, and its arguments by name. */
export type Told = { readonly by: string; readonly event: string; readonly args: object }

/** What a contract says to a transaction: the events, in order; or the error, with its arguments by name. */
export type Answer =
  | { readonly ok: true; readonly told: readonly Told[] }
  | { readonly ok: false; readonly error: string; readonly args: object }

/** The chain as the test uses it. */
export type Chain = {
  /** Sends a transaction and mines it at this very moment. */
  readonly send: (transaction: Transaction, at: Instant) => Promise<Answer>
  /** Asks the hub all questions in one call. */
  readonly ask: (questions: readonly Question[]) => Promise<readonly unknown[]>
  readonly call: (to: Address, data: Hex) => Promise<Hex>
  /** Remembers everything; the answer brings it back, once. */
  readonly snapshot: () => Promise<Hex>
  readonly revert: (snapshot: Hex) => Promise<void>
}

type Log = { readonly address: Address; readonly data: Hex; readonly topics: [Hex, ...Hex[]] }

type Rpc = [
  { Method: 'evm_setNextBlockTimestamp'; Parameters: [Hex]; ReturnType: null },
  {
    Method: 'eth_sendTransactionSync'
    Parameters: [Transaction & { gas: Hex }]
    ReturnType: { readonly status: Hex; readonly transactionHash: Hash; readonly logs: readonly Log[] }
  },
  {
    Method: 'debug_traceTransaction'
    Parameters: [Hash, { tracer: 'callTracer'; tracerConfig: { onlyTopCall: true } }]
    ReturnType: { readonly output?: Hex }
  },
  { Method: 'eth_call'; Parameters: [{ to: Address; data: Hex }, 'latest']; ReturnType: Hex },
  { Method: 'evm_snapshot'; Parameters: []; ReturnType: Hex },
  { Method: 'evm_revert'; Parameters: [Hex]; ReturnType: boolean },
]

// More than any of these transactions takes, so that anvil need not estimate first, which would refuse what is to fail.
const GAS = toHex(8_000_000)

/** Connects to an anvil on which a market stands. */
export function connect(url: string, addresses: MarketAddresses): Chain {
  const { request } = createClient({ transport: http(url, { retryCount: 0 }), rpcSchema: rpcSchema<Rpc>() })
  const call = async (to: Address, data: Hex): Promise<Hex> =>
    request({ method: 'eth_call', params: [{ to, data }, 'latest'] })
  return {
    call,
    send: async (transaction, at) => {
      await request({ method: 'evm_setNextBlockTimestamp', params: [toHex(at)] })
      const receipt = await request({ method: 'eth_sendTransactionSync', params: [{ ...transaction, gas: GAS }] })
      if (receipt.status === '0x1') return { ok: true, told: receipt.logs.map((log) => toldBy(addresses, log)) }
      const options = { tracer: 'callTracer', tracerConfig: { onlyTopCall: true } } as const
      const trace = await request({ method: 'debug_traceTransaction', params: [receipt.transactionHash, options] })
      return { ok: false, ...refusalIn(trace.output ?? '0x') }
    },
    ask: async (questions) => {
      const calls = questions.map(({ data }) => data)
      const data = encodeFunctionData({ abi: hubAbi, functionName: 'multicall', args: [calls] })
      const answers = await call(addresses.hub, data)
      const each = decodeFunctionResult({ abi: hubAbi, functionName: 'multicall', data: answers })
      return questions.map(({ decode }, index) => decode(each[index] ?? '0x'))
    },
    snapshot: async () => request({ method: 'evm_snapshot', params: [] }),
    revert: async (snapshot) => {
      await request({ method: 'evm_revert', params: [snapshot] })
    },
  }
}

const MARKET_ABI = [...hubAbi, ...rlcAbi, ...workerpoolAbi]
const REGISTRY_ABI = [...appRegistryAbi, ...datasetRegistryAbi, ...workerpoolRegistryAbi]

// By topic and selector, so that not every item of an ABI is hashed for every log: that would be most of the test's time.
const EVENTS = byKey(eventsOf(MARKET_ABI), toEventSelector)
const REGISTRY_EVENTS = byKey(eventsOf(REGISTRY_ABI), toEventSelector)
const ERRORS = byKey(errorsOf([...MARKET_ABI, ...REGISTRY_ABI]), (item) =>
  toFunctionSelector(`${item.name}(${item.inputs.map(({ type }) => type).join(',')})`),
)

type AbiEvent = Extract<Abi[number], { type: 'event' }>
type AbiError = Extract<Abi[number], { type: 'error' }>

function eventsOf(abi: Abi): readonly AbiEvent[] {
  return abi.filter((item) => item.type === 'event')
}

function errorsOf(abi: Abi): readonly AbiError[] {
  return abi.filter((item) => item.type === 'error')
}

function byKey<Item>(items: readonly Item[], keyOf: (item: Item) => Hex): ReadonlyMap<Hex, Item> {
  return new Map(items.map((item) => [keyOf(item), item]))
}

function toldBy(addresses: MarketAddresses, { address, data, topics }: Log): Told {
  const by = placeOf(addresses, address)
  if (by === LISTENER) {
    const [id, result] = decodeAbiParameters([{ type: 'bytes32' }, { type: 'bytes' }], `0x${data.slice(10)}`)
    return { by, event: 'receiveResult', args: { id, result } }
  }
  const event = (by.endsWith('registry') ? REGISTRY_EVENTS : EVENTS).get(topics[0])
  if (event === undefined) return { by, event: topics[0], args: { data } }
  const { args } = decodeEventLog({ abi: [event], data, topics })
  return { by, event: event.name, args: { ...args } }
}

// The name of one of the market's contracts; a workerpool, or the listener, stays an address.
function placeOf(addresses: MarketAddresses, address: Address): string {
  const known = Object.entries(addresses).find(([, value]) => String(value).toLowerCase() === address.toLowerCase())
  return known?.[0] ?? address.toLowerCase()
}

function refusalIn(data: Hex): { readonly error: string; readonly args: object } {
  const error = ERRORS.get(`0x${data.slice(2, 10)}`)
  if (error === undefined) return { error: 'unknown', args: { data } }
  const { args } = decodeErrorResult({ abi: [error], data })
  return {
    error: error.name,
    args: Object.fromEntries(error.inputs.map(({ name = '' }, index) => [name, args[index]])),
  }
}
