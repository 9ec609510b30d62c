// Several nodes of one chain behind one door: the first that works answers.
import { HttpRequestError } from 'viem'
import { ChainError } from './chainError.ts'
import { compareHeads, findLag, leaveBehind, type CompareOptions } from './compareHeads.ts'
import {
  isFaultOfLine,
  leaveOut,
  openLine,
  readChainId,
  readHead,
  rest,
  takeIn,
  type Line,
  type Notice,
} from './line.ts'
import { postCalls, type PostLimits, type RpcCall, type RpcReply, type RpcTarget } from './postCalls.ts'

/** What the nodes have in common. */
export type FailoverOptions = PostLimits & {
  readonly targets: readonly RpcTarget[]
  /** The chain that all must be of. */
  readonly chainId: number
  /** How many blocks one may be behind another for long; 5 when left out. */
  readonly maxLag?: number | undefined
  /** Hears, in one sentence, of a node that is left out although it answers, and of its return. */
  readonly onNotice?: Notice | undefined
  /** A clock in milliseconds that never goes back; the one of the process when left out. */
  readonly now?: () => number
}

/** Sends calls to a node that works. */
export type Failover = {
  /** What a node may have sent on (`eth_send…`) is given to no other one: the fault of the node is thrown. */
  readonly send: (calls: readonly RpcCall[], signal?: AbortSignal) => Promise<readonly RpcReply[]>
  /**
   * Asks each node for its chain. Those that do not answer are asked again when they are needed.
   *
   * @throws ChainError when one is of another chain
   */
  readonly checkAll: () => Promise<void>
}

type Door = CompareOptions & { readonly chainId: number }

/** When all rest, a caller waits for the first, but not longer than this. */
const LONGEST_WAIT_MS = 1_000
/** While something is asked, several nodes are compared so often at most. */
const COMPARE_MS = 3_000

/** Opens the door. Earlier targets are preferred, and returned to when they work again. */
export function openFailover(options: FailoverOptions): Failover {
  const {
    targets,
    chainId,
    timeoutMs,
    maxBodyBytes,
    fetch,
    maxLag = 5,
    onNotice,
    now = () => performance.now(),
  } = options
  const lines = targets.map(openLine)
  const door: Door = { lines, chainId, timeoutMs, maxBodyBytes, fetch, maxLag, onNotice, now }
  const compareNowAndThen = beginComparing(door)
  return {
    send: async (calls, signal) => {
      compareNowAndThen()
      const first = await tryAll(door, calls, signal)
      if (first !== undefined) return first
      await waitForRested(door)
      const second = await tryAll(door, calls, signal)
      if (second !== undefined) return second
      throw failureOf(lines)
    },
    checkAll: async () => {
      const checks = await Promise.allSettled(lines.map(async (line) => checkLine(line, door)))
      for (const check of checks) {
        if (check.status === 'rejected' && check.reason instanceof ChainError) throw check.reason
      }
      // Who answered first could not be compared with the others.
      leaveBehind(door)
    },
  }
}

/** Beside of what is asked anyway: who asks waits for no comparison, and nothing is compared when nobody asks. */
function beginComparing(door: Door): () => void {
  let isComparing = false
  let comparedAt = door.now()
  const compare = async (): Promise<void> => {
    isComparing = true
    await compareHeads(door)
    comparedAt = door.now()
    isComparing = false
  }
  return () => {
    if (door.lines.length > 1 && !isComparing && door.now() - comparedAt >= COMPARE_MS) void compare()
  }
}

/** `undefined` when nobody who is awake answers. What a node says of the calls themselves is thrown. */
async function tryAll(
  door: Door,
  calls: readonly RpcCall[],
  signal: AbortSignal | undefined,
): Promise<readonly RpcReply[] | undefined> {
  for (const line of inOrder(door)) {
    let isGiven = false
    try {
      await checkLine(line, door)
      isGiven = true
      const replies = await postCalls(line.target, calls, { ...door, signal })
      line.failures = 0
      return replies
    } catch (error) {
      if (!isFaultOfLine(error)) throw error
      rest(line, error, door.now())
      // This node may have it all the same: what another one says of it would hide that from the sender.
      if (isGiven && calls.some(isSending)) throw error
    }
  }
  return undefined
}

function isSending({ method }: RpcCall): boolean {
  return method.startsWith('eth_send')
}

/** Those that are known to work first; each in the order of the settings. */
function inOrder(door: Door): readonly Line[] {
  const now = door.now()
  const awake = door.lines.filter(({ restsUntil }) => restsUntil <= now)
  const good = awake.filter(({ isGood }) => isGood)
  const unchecked = awake.filter(({ isGood }) => !isGood)
  if (good.length === 0) return unchecked
  // While another one works, nobody has to wait for the answer of one that failed before.
  for (const line of unchecked) {
    checkLine(line, door).catch((error: unknown) => {
      rest(line, error, door.now())
    })
  }
  return good
}

async function checkLine(line: Line, door: Door): Promise<void> {
  if (line.isGood) return
  line.check ??= askLine(line, door).finally(() => {
    line.check = undefined
  })
  await line.check
}

/** It is taken in when it is of this chain and, where there are others, not behind them. */
async function askLine(line: Line, door: Door): Promise<void> {
  const { chainId, onNotice, lines, now } = door
  const found = await readChainId(line.target, door)
  if (found !== chainId) {
    const error = new ChainError('WrongChain', `${line.target.origin} is of chain ${found}, not of chain ${chainId}.`)
    leaveOut(line, 'wrong chain', () => onNotice?.(error.message))
    throw error
  }
  if (lines.length > 1) await readHead(line, door, now)
  const lag = findLag(line, door)
  if (lag !== undefined) throw lag
  takeIn(line, onNotice)
}

async function waitForRested({ lines, now }: Door): Promise<void> {
  const earliest = Math.min(...lines.map(({ restsUntil }) => restsUntil)) - now()
  if (earliest <= 0 || earliest > LONGEST_WAIT_MS) return
  await new Promise((resolve) => {
    setTimeout(resolve, Math.ceil(earliest))
  })
}

/** Why nobody answers: rather a failure than the wrong chain, which is seldom repaired first. */
function failureOf(lines: readonly Line[]): unknown {
  const line = lines.find(({ failure }) => failure !== undefined && !(failure instanceof ChainError)) ?? lines[0]
  return line?.failure ?? new HttpRequestError({ url: line?.target.origin ?? '', details: 'No node answered.' })
}
