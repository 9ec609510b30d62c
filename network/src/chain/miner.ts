// Mines the blocks of a local chain, each when it is due.
import { watchHeads } from '@iexec/chain/transport'
import type { Hash, Hex } from 'viem'
import type { Deadlines } from './deadlines.ts'
import { blockTime, nextBlockAt } from './nextBlockAt.ts'
import type { Ask } from './node.ts'

/** What a miner needs. */
export type MinerOptions = {
  readonly ask: Ask
  readonly wsUrl: string
  /** Hears of each new block. */
  readonly onBlock: (block: Head) => void
  /** Ends it. */
  readonly signal: AbortSignal
}

/** What mines. */
export type Miner = {
  /** From here on each of these deadlines has its block. */
  readonly watch: (deadlines: Deadlines) => Promise<void>
  /** Mines until the head is beyond this block. */
  readonly passBlock: (number: number) => Promise<void>
  /** While the work goes on, each transaction is mined at once: its blocks lie up to a minute back. */
  readonly hurry: <Answer>(work: () => Promise<Answer>) => Promise<Answer>
  /** Mines what waits, and no more; returns when that is done. */
  readonly finish: () => Promise<void>
}

/** While a network is set up, its blocks lie so far back: as many fit in before they would be of the future. */
export const HURRY_SECONDS = 60

/** The socket tells of everything; should it fall silent, or the machine sleep, this is the longest that is lost. */
const POLL_MS = 5_000
/** Before a node that failed is asked again. */
const PAUSE_MS = 500

/** The youngest block of the chain. */
export type Head = {
  readonly number: number
  readonly timestamp: number
  readonly hash: Hash
  /** How many transactions are in it. */
  readonly transactions: number
  readonly gasUsed: number
}

/** Everything that a miner remembers. */
type Mine = {
  readonly options: MinerOptions
  head: Head
  minedAt: number | undefined
  isWaiting: boolean
  secondsBack: number
  deadlines: Deadlines | undefined
  /** The youngest block whose deadlines are known. */
  readTo: number
}

/**
 * Starts to mine.
 *
 * @example
 * const miner = await startMiner({ ask, wsUrl, onBlock: saver.touch, signal })
 * await miner.finish()
 */
export async function startMiner(options: MinerOptions): Promise<Miner> {
  const { signal, wsUrl } = options
  const head = await readHead(options.ask)
  // An anvil that was started again takes no block that is earlier than its start.
  await options.ask('evm_setTime', [head.timestamp])
  const mine: Mine = {
    options,
    head,
    minedAt: undefined,
    isWaiting: false,
    secondsBack: 0,
    deadlines: undefined,
    readTo: -1,
  }
  const inTurn = takeTurns()
  const wake = keepAwake({ inTurn, work: async () => takeTurn(mine), signal })
  watchHeads(wsUrl, { subscriptions: ['newPendingTransactions'] })(wake, signal)
  wake()
  return {
    watch: async (deadlines) =>
      inTurn(async () => {
        await look(mine)
        await deadlines.read(0, mine.head.number)
        Object.assign(mine, { deadlines, readTo: mine.head.number })
        wake()
      }),
    passBlock: async (number) => inTurn(async () => passBlock(mine, number)),
    hurry: async (work) => {
      mine.secondsBack = HURRY_SECONDS
      try {
        return await work()
      } finally {
        mine.secondsBack = 0
      }
    },
    finish: async () =>
      inTurn(async () => {
        await look(mine)
        if (mine.isWaiting) await mineOne(mine)
      }),
  }
}

type InTurn = <Answer>(work: () => Promise<Answer>) => Promise<Answer>

/** One after the other, whatever became of the one before. */
function takeTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return async (work) => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }
}

/** Has the work done whenever somebody wakes it, and when the work before said so: it answers with how long it may sleep. */
function keepAwake(rest: {
  readonly inTurn: InTurn
  readonly work: () => Promise<number>
  readonly signal: AbortSignal
}): () => void {
  let timer: NodeJS.Timeout | undefined
  let isPlanned = false
  const run = async (): Promise<void> => {
    const sleepMs = await rest
      .inTurn(async () => {
        // Who wakes it from here on may have seen what this turn does not.
        isPlanned = false
        return rest.work()
      })
      // A chain that has ended is told of by others; one that was too busy is asked again.
      .catch(() => PAUSE_MS)
    clearTimeout(timer)
    if (!rest.signal.aborted && !isPlanned) timer = setTimeout(wake, sleepMs)
  }
  const wake = (): void => {
    if (isPlanned || rest.signal.aborted) return
    isPlanned = true
    void run()
  }
  rest.signal.addEventListener('abort', () => {
    clearTimeout(timer)
  })
  return wake
}

/** Mines what is due, and says for how many milliseconds nothing will be. */
async function takeTurn(mine: Mine): Promise<number> {
  await look(mine)
  for (;;) {
    // Nothing that waits is kept waiting by whatever goes wrong with deadlines.
    if (!mine.isWaiting) await readDeadlines(mine)
    const now = Date.now()
    const at = nextBlockAt(paceOf(mine), now)
    if (at === undefined || at > now) return Math.min(POLL_MS, (at ?? Infinity) - now)
    if (mine.isWaiting || (await isNeeded(mine, now))) await mineOne(mine)
  }
}

function paceOf({ head, minedAt, isWaiting, deadlines }: Mine): Parameters<typeof nextBlockAt>[0] {
  return { head: head.timestamp, minedAt, isWaiting, deadlines: deadlines?.times() ?? [] }
}

/** Whether what falls due still matters to anybody. What does not is forgotten. */
async function isNeeded({ deadlines }: Mine, now: number): Promise<boolean> {
  const second = Math.floor(now / 1_000)
  if (await deadlines?.isAnyOpen(second)) return true
  deadlines?.forget(second)
  return false
}

async function mineOne(mine: Mine): Promise<void> {
  const { head, secondsBack, options } = mine
  await options.ask('evm_mine', [{ timestamp: blockTime({ head: head.timestamp, secondsBack }, Date.now()) }])
  mine.minedAt = Date.now()
  await look(mine)
}

/** The blocks before the last one lie back, so that it is not of the future. */
async function passBlock(mine: Mine, number: number): Promise<void> {
  await look(mine)
  while (mine.head.number <= number) {
    const time = blockTime({ head: mine.head.timestamp, secondsBack: number - mine.head.number }, Date.now())
    await mine.options.ask('evm_mine', [{ timestamp: time }])
    await look(mine)
  }
}

/** Others may have mined, too: anvil lets everybody. */
async function look(mine: Mine): Promise<void> {
  const { ask, onBlock } = mine.options
  const [head, pool] = await Promise.all([readHead(ask), ask<{ readonly pending: Hex }>('txpool_status')])
  mine.isWaiting = Number(pool.pending) > 0
  const isNew = head.hash !== mine.head.hash
  mine.head = head
  if (isNew) onBlock(head)
}

async function readDeadlines(mine: Mine): Promise<void> {
  const { head, deadlines, readTo } = mine
  if (deadlines === undefined) return
  // A developer may take blocks off the chain.
  const from = Math.min(readTo, head.number) + 1
  if (from <= head.number) await deadlines.read(from, head.number)
  mine.readTo = head.number
  deadlines.forget(head.timestamp)
}

type RawBlock = {
  readonly number: Hex
  readonly timestamp: Hex
  readonly hash: Hash
  readonly transactions: readonly Hash[]
  readonly gasUsed: Hex
}

async function readHead(ask: Ask): Promise<Head> {
  const block = await ask<RawBlock>('eth_getBlockByNumber', ['latest', false])
  return {
    number: Number(block.number),
    timestamp: Number(block.timestamp),
    hash: block.hash,
    transactions: block.transactions.length,
    gasUsed: Number(block.gasUsed),
  }
}
