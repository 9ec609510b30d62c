// Follows the events of a chain through reorganisations, restarts and failures of its nodes.
import { askChain, type Ask, type Header } from './ask.ts'
import { openCursor, type Cursor } from './cursor.ts'
import { adaptRange, type RangeSize } from './rangeSize.ts'
import { prepareFilters, readRange, type PreparedFilter } from './readRange.ts'
import { readAhead } from './readAhead.ts'
import { isTimeout, isTooMuch, isTransient, sayWhy } from './refusals.ts'
import { Unsettled, type BlockRef, type FollowOptions, type FollowState, type FollowStep } from './steps.ts'
import { createWaker, type Waker } from './waiting.ts'

/** While the follower works on one step, the next ones are read. */
const STEPS_AHEAD = 2
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 10_000
/** Answers that do not fit together are usual in the moment of a reorganisation. When they stay so, that is said. */
const USUAL_FAILURES = 2

/**
 * Gives the logs of a chain, block by block, from `fromBlock` or from the end of the cursor, and goes on for ever. When blocks
 * turn out to be no longer on the chain, it says back to which one.
 *
 * Whatever a node or the network does is waited for: it throws only what a program did wrong. It ends when the signal aborts.
 *
 * @example
 * for await (const step of followEvents({ client, filters: [{ address: [hub] }], fromBlock, cursor: [], signal })) {
 *   if (step.kind === 'rollback') await undoAfter(step.to)
 *   else for (const block of step.blocks) await store(block)
 * }
 */
export async function* followEvents<Extra = undefined>(
  options: FollowOptions<Extra>,
): AsyncGenerator<FollowStep<Extra>, void> {
  // The read-ahead ends with the generator, even when only the generator was ended.
  const ended = new AbortController()
  const signal = AbortSignal.any([options.signal, ended.signal])
  try {
    yield* readAhead(followOneByOne({ ...options, signal }), STEPS_AHEAD, signal)
  } finally {
    ended.abort()
  }
}

/** Everything that one follower remembers. */
type Follower<Extra> = {
  readonly ask: Ask
  readonly filters: readonly PreparedFilter[]
  readonly cursor: Cursor
  readonly size: RangeSize
  readonly waker: Waker
  readonly options: FollowOptions<Extra>
  readonly ring: number
  readonly tell: (state: FollowState) => void
  /** The head, as far as it was looked at; `undefined`: look again. */
  head: Header | undefined
}

/** Where somebody says when there is a new block, it is looked for as often only so many times: another node may be a moment behind. */
const IDLE_LOOKS = 8
/** After these, so many times more rarely. */
const CALM = 8

async function* followOneByOne<Extra>(options: FollowOptions<Extra>): AsyncGenerator<FollowStep<Extra>, void> {
  const { signal, pollingMs = 250, wakeUp } = options
  const follower = startFollower(options)
  let failures = 0
  /** Looks that found nothing since somebody said that there is something. */
  let idleLooks = 0
  while (!signal.aborted) {
    let step: FollowStep<Extra> | undefined
    try {
      step = await takeStep(follower)
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      if (!isTransient(error)) throw error
      follower.head = undefined
      failures += 1
      await pauseAfter(follower, error, failures)
      continue
    }
    if (step !== undefined) yield step
    // Otherwise a range was too large, and a smaller one comes at once.
    else if (follower.head === undefined) {
      const isCalm = wakeUp !== undefined && idleLooks >= IDLE_LOOKS
      const wasWoken = await follower.waker.pause(isCalm ? pollingMs * CALM : pollingMs)
      idleLooks = wasWoken ? 0 : idleLooks + 1
    }
  }
}

function startFollower<Extra>(options: FollowOptions<Extra>): Follower<Extra> {
  const { client, signal, cursor, filters, fromBlock, ring = 256, maxRange = 10_000, wakeUp } = options
  if (filters.length === 0) throw new Error('There is nothing to follow: no filter is given.')
  if (!Number.isSafeInteger(fromBlock) || fromBlock < 0) throw new Error(`There is no block ${fromBlock}.`)
  const waker = createWaker(signal)
  wakeUp?.(waker.wake, signal)
  return {
    ask: askChain(client, signal),
    filters: prepareFilters(filters),
    cursor: openCursor(cursor, ring),
    size: adaptRange(maxRange),
    waker,
    options,
    ring,
    tell: tellChanges(options.onState),
    head: undefined,
  }
}

/** Says a state only when it differs from the one before. */
function tellChanges(onState: ((state: FollowState) => void) | undefined): (state: FollowState) => void {
  let told = ''
  return (state) => {
    const text = JSON.stringify(state)
    if (text === told) return
    told = text
    onState?.(state)
  }
}

async function pauseAfter<Extra>(follower: Follower<Extra>, error: unknown, failures: number): Promise<void> {
  if (!(error instanceof Unsettled) || failures > USUAL_FAILURES) {
    follower.tell({ state: 'waiting', reason: sayWhy(error) })
  }
  await follower.waker.pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)))
}

/** The next step; `undefined` when there is none at this moment. */
async function takeStep<Extra>(follower: Follower<Extra>): Promise<FollowStep<Extra> | undefined> {
  const { cursor, options } = follower
  const last = cursor.last()
  const head = follower.head ?? (await lookAtHead(follower))
  follower.head = head
  if (last !== undefined && head.number <= last.number) return compareWithHead(follower, head, last)
  const from = last === undefined ? options.fromBlock : last.number + 1
  if (from > head.number) {
    const reason = `The chain is at block ${head.number}; block ${from}, where to begin, is not there yet.`
    follower.tell({ state: 'waiting', reason, head: head.number })
    follower.head = undefined
    return undefined
  }
  return stepForward(follower, { from, last, head })
}

async function lookAtHead<Extra>({ ask }: Follower<Extra>): Promise<Header> {
  const head = await ask.header('latest')
  if (head === undefined) throw new Unsettled('The node has no blocks.')
  return head
}

/** The node has nothing newer. Either all is well, or it is behind, or it is on another fork. */
async function compareWithHead<Extra>(
  follower: Follower<Extra>,
  head: Header,
  last: BlockRef,
): Promise<FollowStep<Extra> | undefined> {
  const known = follower.cursor.atOrBelow(head.number)
  if (known !== undefined) {
    const block = known.number === head.number ? head : await follower.ask.header(known.number)
    if (block === undefined) throw new Unsettled(`The node does not have block ${known.number}.`)
    if (block.hash !== known.hash) return rollBack(follower, known.number)
  }
  const isBehind = head.number < last.number
  const reason = `The node is at block ${head.number}, but block ${last.number} was there before.`
  follower.tell(isBehind ? { state: 'waiting', reason, head: head.number } : { state: 'live', head: head.number })
  follower.head = undefined
  return undefined
}

type Place = { readonly from: number; readonly last: BlockRef | undefined; readonly head: Header }

async function stepForward<Extra>(follower: Follower<Extra>, place: Place): Promise<FollowStep<Extra> | undefined> {
  const { ask, size, cursor, filters, ring, tell } = follower
  const { from, last, head } = place
  const to = Math.min(head.number, from + size.blocks() - 1)
  if (to < head.number) tell({ state: 'catching up', head: head.number })
  const startedAt = performance.now()
  try {
    const blocks = await readRange(ask, filters, { from, to, last, head, nearFrom: head.number - ring + 1 })
    if (blocks === undefined) return await rollBack(follower, from)
    const extra = await readExtra(follower, blocks)
    const logs = blocks.reduce((sum, block) => sum + block.logs.length, 0)
    size.answered({ ms: performance.now() - startedAt, blocks: to - from + 1, logs })
    cursor.push(blocks)
    if (to === head.number) tell({ state: 'live', head: head.number })
    // Reading many blocks takes a while, and the head may have moved on. After a single one, it was looked at just now.
    if (to === head.number && to > from) follower.head = undefined
    return { kind: 'blocks', blocks, extra, head: head.number }
  } catch (error) {
    if (from === to || !isTooMuch(error)) throw error
    size.refused(to - from + 1)
    // It may also be the node that is gone, and that has to be said.
    if (isTimeout(error)) throw error
    return undefined
  }
}

async function readExtra<Extra>(
  { ask, options }: Follower<Extra>,
  blocks: readonly (BlockRef & { readonly logs: readonly unknown[] })[],
): Promise<Extra> {
  const last = blocks.at(-1)
  if (options.read === undefined || last === undefined) return undefined as Extra
  const extra = await options.read(blocks as Parameters<typeof options.read>[0])
  const confirmed = await ask.header(last.number)
  if (confirmed?.hash !== last.hash) {
    throw new Unsettled(`Block ${last.number} was replaced while what belongs to it was read.`)
  }
  return extra
}

/** Finds the youngest block that is still on the chain, below a height at which another block is now. */
async function rollBack<Extra>(follower: Follower<Extra>, below: number): Promise<FollowStep<Extra>> {
  const { ask, cursor } = follower
  const blocks = cursor.blocksBelow(below)
  let kept = 0
  let gone = blocks.length
  // All blocks before `kept` are on the chain, all from `gone` on are not.
  while (kept < gone) {
    const middle = (kept + gone) >> 1
    const block = blocks[middle]
    const header = block === undefined ? undefined : await ask.header(block.number)
    if (block === undefined || header === undefined) throw new Unsettled('The node has lost blocks while it was asked.')
    if (header.hash === block.hash) kept = middle + 1
    else gone = middle
  }
  const to = blocks[kept - 1]
  if (to !== undefined && to === cursor.last()) {
    throw new Unsettled(`Block ${to.number} was gone, and is there again.`)
  }
  cursor.cutAfter(to)
  follower.head = undefined
  return { kind: 'rollback', to }
}
