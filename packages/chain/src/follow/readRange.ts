// Reads a range of blocks with their logs, and believes the answers only when they fit together.
import type { Hash } from 'viem'
import type { Ask, Header, TimedLog } from './ask.ts'
import { testBloom, type BloomTest } from './bloom.ts'
import { isTooMuch } from './refusals.ts'
import { Unsettled, type BlockRef, type FollowedBlock, type FollowedLog, type LogFilter } from './steps.ts'

/** Which blocks, and what is known before they are read. */
export type Range = {
  readonly from: number
  readonly to: number
  /** The last block before the range that the follower has. When there is one, it is `from - 1`. */
  readonly last: BlockRef | undefined
  readonly head: Header
  /** The first block whose reorganisation is to be noticed by its parent: all headers from here on are read. */
  readonly nearFrom: number
}

/** A filter that is used again and again. */
export type PreparedFilter = { readonly filter: LogFilter; readonly mayHaveLogs: BloomTest }

/** Prepares the filters once. */
export function prepareFilters(filters: readonly LogFilter[]): readonly PreparedFilter[] {
  return filters.map((filter) => ({ filter, mayHaveLogs: testBloom(filter) }))
}

/**
 * Reads a range.
 *
 * @returns `undefined` when the block before the range is no longer on the chain
 * @throws Unsettled when the answers do not fit together
 */
export async function readRange(
  ask: Ask,
  filters: readonly PreparedFilter[],
  range: Range,
): Promise<readonly FollowedBlock[] | undefined> {
  const headers = new Map<number, Header>([[range.head.number, range.head]])
  const { from, to, last, nearFrom } = range
  // Near the head, the headers do not depend on the logs. All others come after them, so that they confirm them.
  const [answers] = await Promise.all([
    readLogs(ask, filters, range),
    addHeaders(ask, headers, numbersBetween(Math.max(from, nearFrom), to)),
  ])
  const untimed = answers.flatMap((logs) => logs.filter(({ timestamp }) => timestamp === undefined))
  const before = last === undefined || headers.has(from) ? [] : [last.number]
  await addHeaders(ask, headers, [...before, to, ...untimed.map(({ log }) => log.blockNumber)])

  if (last !== undefined && !isLinked(headers, last)) return undefined
  requireLinks(headers, from, to)
  const found = answers.flat()
  requireSameBlocks(found, headers)
  const missed = await readMissedLogs(ask, filters, { answers, headers, from, to })
  return toBlocks([...found, ...missed], headers, range)
}

function numbersBetween(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
}

/** One answer for each filter. */
async function readLogs(
  ask: Ask,
  filters: readonly PreparedFilter[],
  { from, to }: Range,
): Promise<readonly (readonly TimedLog[])[]> {
  return Promise.all(
    filters.map(async ({ filter }) => {
      try {
        const logs = await ask.logs(filter, { from, to })
        requireFitting(logs, filter, ({ blockNumber }) => blockNumber >= from && blockNumber <= to)
        return logs
      } catch (error) {
        if (from !== to || !isTooMuch(error)) throw error
        return readReceipts(ask, filter, from)
      }
    }),
  )
}

/** A single block whose logs are too many for one answer: its receipts are small, one by one. */
async function readReceipts(ask: Ask, filter: LogFilter, number: number): Promise<readonly TimedLog[]> {
  const header = await ask.header(number)
  if (header === undefined) throw new Unsettled(`The node does not have block ${number}.`)
  const receipts = await Promise.all(header.transactions.map(async (transaction) => ask.receiptLogs(transaction)))
  return receipts.flatMap((logs, index) => {
    if (logs === undefined) throw new Unsettled(`The node has no receipt of ${header.transactions[index]}.`)
    return logs.filter(({ log }) => fits(log, filter))
  })
}

function fits(log: FollowedLog, { address = [], topics = [] }: LogFilter): boolean {
  if (address.length > 0 && !address.some((one) => one.toLowerCase() === log.address)) return false
  return topics.every((wanted, index) => {
    const several = typeof wanted === 'string' ? [wanted] : (wanted ?? [])
    return several.length === 0 || several.some((one) => one.toLowerCase() === log.topics[index])
  })
}

/** A node that answers other logs than it was asked for is not believed at all: some that were asked for may be missing. */
function requireFitting(logs: readonly TimedLog[], filter: LogFilter, isAsked: (log: FollowedLog) => boolean): void {
  const other = logs.find(({ log }) => !isAsked(log) || !fits(log, filter))
  if (other === undefined) return
  throw new Unsettled(`The node answered a log of block ${other.log.blockNumber} for which it was not asked.`)
}

async function addHeaders(ask: Ask, headers: Map<number, Header>, numbers: readonly number[]): Promise<void> {
  const missing = [...new Set(numbers)].filter((number) => !headers.has(number))
  await Promise.all(
    missing.map(async (number) => {
      const header = await ask.header(number)
      if (header === undefined) throw new Unsettled(`The node does not have block ${number}.`)
      headers.set(number, header)
    }),
  )
}

/** Whether the block is still on the chain, as far as these headers tell. */
function isLinked(headers: ReadonlyMap<number, Header>, { number, hash }: BlockRef): boolean {
  const next = headers.get(number + 1)
  return (headers.get(number)?.hash ?? hash) === hash && (next?.parentHash ?? hash) === hash
}

function requireLinks(headers: ReadonlyMap<number, Header>, from: number, to: number): void {
  for (const { number, parentHash } of headers.values()) {
    const parent = number > from && number <= to ? headers.get(number - 1) : undefined
    if (parent !== undefined && parent.hash !== parentHash) {
      throw new Unsettled(`Block ${number} does not follow block ${number - 1}: the chain changed while it was read.`)
    }
  }
}

/** All logs of a height must be of one block, and of the one whose header is known. */
function requireSameBlocks(logs: readonly TimedLog[], headers: ReadonlyMap<number, Header>): void {
  const hashes = new Map<number, Hash>()
  for (const { log } of logs) {
    const hash = headers.get(log.blockNumber)?.hash ?? hashes.get(log.blockNumber) ?? log.blockHash
    if (hash !== log.blockHash) {
      throw new Unsettled(`The logs of block ${log.blockNumber} are of another block than its header.`)
    }
    hashes.set(log.blockNumber, hash)
  }
}

type Answered = {
  /** One for each filter. */
  readonly answers: readonly (readonly TimedLog[])[]
  readonly headers: ReadonlyMap<number, Header>
  readonly from: number
  readonly to: number
}

/**
 * A node that is behind, or on another fork, has no logs of a block and says so without an error. Where the header says that
 * there may be some, they are asked for by the hash of the block, which such a node does not know.
 */
async function readMissedLogs(
  ask: Ask,
  filters: readonly PreparedFilter[],
  { answers, headers, from, to }: Answered,
): Promise<readonly TimedLog[]> {
  const inRange = [...headers.values()].filter(({ number }) => number >= from && number <= to)
  const questions = filters.flatMap(({ filter, mayHaveLogs }, index) => {
    const answered = new Set(answers[index]?.map(({ log }) => log.blockNumber))
    return inRange
      .filter(({ number, logsBloom }) => !answered.has(number) && mayHaveLogs(logsBloom))
      .map(async ({ hash }) => {
        const logs = await ask.logs(filter, { hash })
        requireFitting(logs, filter, ({ blockHash }) => blockHash === hash)
        return logs
      })
  })
  return (await Promise.all(questions)).flat()
}

function toBlocks(
  logs: readonly TimedLog[],
  headers: ReadonlyMap<number, Header>,
  { from, to }: Range,
): readonly FollowedBlock[] {
  const blocks = new Map<number, BlockRef & { readonly timestamp: number; readonly logs: Map<number, FollowedLog> }>()
  for (const { number, hash, timestamp } of headers.values()) {
    if (number >= from && number <= to) blocks.set(number, { number, hash, timestamp, logs: new Map() })
  }
  for (const { log, timestamp } of logs) {
    const { blockNumber: number, blockHash: hash } = log
    const block = blocks.get(number) ?? { number, hash, timestamp: timestamp ?? 0, logs: new Map() }
    blocks.set(number, block)
    // A log that fits two filters came twice.
    block.logs.set(log.logIndex, log)
  }
  return [...blocks.values()]
    .toSorted((one, other) => one.number - other.number)
    .map((block) => ({
      ...block,
      logs: [...block.logs.values()].toSorted((one, other) => one.logIndex - other.logIndex),
    }))
}
