// Several nodes of one chain behind one door: the first that works answers.
import { HttpRequestError, TimeoutError } from 'viem'
import { ChainError } from './chainError.ts'
import { postCalls, type PostLimits, type RpcCall, type RpcReply, type RpcTarget } from './postCalls.ts'

/** What the nodes have in common. */
export type FailoverOptions = PostLimits & {
  readonly targets: readonly RpcTarget[]
  /** The chain that all must be of. */
  readonly chainId: number
  /** Hears, in one sentence, of a node that is given up for good. */
  readonly onNotice?: ((sentence: string) => void) | undefined
}

/** Sends calls to a node that works. */
export type Failover = {
  /** What a node may have sent on (`eth_send…`) is given to no other one: the fault of the node is thrown. */
  readonly send: (calls: readonly RpcCall[], signal?: AbortSignal) => Promise<readonly RpcReply[]>
  /** Asks each node for its chain. Those that do not answer are asked again when they are needed. */
  readonly checkAll: () => Promise<void>
}

/** A node, and what is known of it. */
type Line = {
  readonly target: RpcTarget
  /** Nothing is asked of a node before it named its chain; nor after a failure, when another may stand at its place. */
  state: 'unchecked' | 'good' | ChainError
  check: Promise<void> | undefined
  failures: number
  /** On the monotonic clock. */
  restsUntil: number
  failure: unknown
}

const FIRST_REST_MS = 200
const LONGEST_REST_MS = 15_000
/** When all rest, a caller waits for the first, but not longer than this. */
const LONGEST_WAIT_MS = 1_000

/** Opens the door. Earlier targets are preferred, and returned to when they work again. */
export function openFailover(options: FailoverOptions): Failover {
  const lines = options.targets.map((target): Line => {
    return { target, state: 'unchecked', check: undefined, failures: 0, restsUntil: 0, failure: undefined }
  })
  return {
    send: async (calls, signal) => {
      const first = await tryAll(lines, calls, { ...options, signal })
      if (first !== undefined) return first
      await waitForRested(lines)
      const second = await tryAll(lines, calls, { ...options, signal })
      if (second !== undefined) return second
      throw failureOf(lines)
    },
    checkAll: async () => {
      await Promise.allSettled(lines.map(async (line) => checkChain(line, options)))
      const foreign = lines.find(({ state }) => state instanceof ChainError)
      if (foreign?.state instanceof ChainError) throw foreign.state
    },
  }
}

/** `undefined` when nobody who is awake answers. What a node says of the calls themselves is thrown. */
async function tryAll(
  lines: readonly Line[],
  calls: readonly RpcCall[],
  options: FailoverOptions,
): Promise<readonly RpcReply[] | undefined> {
  for (const line of inOrder(lines, options)) {
    let isGiven = false
    try {
      await checkChain(line, options)
      isGiven = true
      const replies = await postCalls(line.target, calls, options)
      line.failures = 0
      return replies
    } catch (error) {
      if (!isFaultOfLine(error)) throw error
      rest(line, error)
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
function inOrder(lines: readonly Line[], options: FailoverOptions): readonly Line[] {
  const now = performance.now()
  const awake = lines.filter(({ restsUntil, state }) => restsUntil <= now && !(state instanceof ChainError))
  const good = awake.filter(({ state }) => state === 'good')
  const unchecked = awake.filter(({ state }) => state === 'unchecked')
  // While another one works, nobody has to wait for the answer of one that failed before.
  if (good.length > 0) {
    for (const line of unchecked) {
      checkChain(line, options).catch((error: unknown) => {
        rest(line, error)
      })
    }
  }
  return good.length > 0 ? good : unchecked
}

async function checkChain(line: Line, options: FailoverOptions): Promise<void> {
  if (line.state === 'good') return
  line.check ??= askChainId(line, options).finally(() => {
    line.check = undefined
  })
  await line.check
}

async function askChainId(line: Line, { chainId, onNotice, timeoutMs, maxBodyBytes }: FailoverOptions): Promise<void> {
  const found = await readChainId(line.target, { timeoutMs, maxBodyBytes })
  if (found === chainId) {
    line.state = 'good'
    return
  }
  const { origin } = line.target
  line.state = new ChainError('WrongChain', `${origin} is of chain ${found}, not of chain ${chainId}.`)
  onNotice?.(line.state.message)
  throw line.state
}

/**
 * Asks a node for the id of its chain.
 *
 * @throws HttpRequestError, TimeoutError or RpcRequestError of viem
 */
export async function readChainId(target: RpcTarget, limits: PostLimits): Promise<number> {
  const [reply] = await postCalls(target, [{ method: 'eth_chainId', params: [] }], limits)
  if (reply?.ok !== true) throw reply?.error ?? new HttpRequestError({ url: target.origin })
  const id = Number(reply.result)
  if (!Number.isSafeInteger(id)) throw new HttpRequestError({ url: target.origin, details: 'It names no chain.' })
  return id
}

function isFaultOfLine(error: unknown): boolean {
  if (error instanceof HttpRequestError) return error.status !== 413
  return error instanceof TimeoutError || error instanceof ChainError
}

function rest(line: Line, error: unknown): void {
  line.failure = error
  if (line.state instanceof ChainError) return
  // Many requests may fail at once: that is one failure.
  if (line.state === 'unchecked' && line.restsUntil > performance.now()) return
  const pause = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** line.failures)
  line.failures += 1
  line.state = 'unchecked'
  line.restsUntil = performance.now() + Math.max(pause, retryAfterMs(error))
}

function retryAfterMs(error: unknown): number {
  const seconds = error instanceof HttpRequestError ? Number(error.headers?.get('retry-after') ?? 0) : 0
  return Number.isFinite(seconds) ? Math.min(seconds * 1_000, 4 * LONGEST_REST_MS) : 0
}

async function waitForRested(lines: readonly Line[]): Promise<void> {
  const usable = lines.filter(({ state }) => !(state instanceof ChainError))
  const earliest = Math.min(...usable.map(({ restsUntil }) => restsUntil)) - performance.now()
  if (earliest <= 0 || earliest > LONGEST_WAIT_MS) return
  await new Promise((resolve) => {
    setTimeout(resolve, Math.ceil(earliest))
  })
}

/** Why nobody answers: the failure of one that may still come back, or else the wrong chain. */
function failureOf(lines: readonly Line[]): unknown {
  const usable = lines.find(({ state }) => !(state instanceof ChainError)) ?? lines[0]
  return usable?.failure ?? new HttpRequestError({ url: usable?.target.origin ?? '', details: 'No node answered.' })
}
