// Whether a node that answers is behind the others: empty, on an old state, or standing still.
import { answersBadly, isFaultOfLine, leaveOut, readHead, rest, type Line, type Notice } from './line.ts'
import type { PostLimits } from './postCalls.ts'

/** What the nodes are compared by. */
export type CompareOptions = PostLimits & {
  readonly lines: readonly Line[]
  /** More blocks than that, for a while, are too many. */
  readonly maxLag: number
  readonly onNotice: Notice | undefined
  readonly now: () => number
}

/** Blocks need a while from node to node. */
const SLOW_MS = 15_000
/** A node with so many times the lag is not slow, it has something else. */
const FAR = 20
/** What a node said counts for so long, also when it is gone: its successor may be empty. */
const HEAD_COUNTS_MS = 60_000

/** Asks those that work for their newest block; those that are behind rest. One that is alone is behind nobody. */
export async function compareHeads(options: CompareOptions): Promise<void> {
  const { lines, now } = options
  const good = lines.filter(({ isGood }) => isGood)
  const asked = good.map(async (line) => {
    await readHead(line, options, now).catch((error: unknown) => {
      if (isFaultOfLine(error)) rest(line, error, now())
    })
  })
  await Promise.all(asked)
  leaveBehind(options)
}

/** Those that work and are behind by what is known of all rest. */
export function leaveBehind(options: CompareOptions): void {
  for (const line of options.lines) {
    const error = line.isGood ? findLag(line, options) : undefined
    if (error !== undefined) rest(line, error, options.now())
  }
}

/** Why a node cannot be used, by what it said last; `undefined` when it can. */
export function findLag(line: Line, { lines, maxLag, onNotice, now }: CompareOptions): Error | undefined {
  const { head, target } = line
  if (head === undefined) return undefined
  const at = now()
  const others = lines.filter((other) => other !== line)
  const working = highest(others.filter(({ isGood }) => isGood))
  const known = highest(others.filter((other) => other.head !== undefined && at - other.head.at < HEAD_COUNTS_MS))
  const lag = working - head.block
  const isSlow = lag > maxLag || (lag > 0 && !head.hasMoved)
  line.slowSince = isSlow ? (line.slowSince ?? at) : undefined
  const isLate = line.slowSince !== undefined && at - line.slowSince >= SLOW_MS
  if (!isLate && !isFar(head.block, known, maxLag)) return undefined
  const top = Math.max(working, known)
  leaveOut(line, 'behind', () => {
    onNotice?.(`${target.origin} is at block ${head.block}, another node at block ${top}: it rests until it is there.`)
  })
  return answersBadly(target, `The node is at block ${head.block}, and another one at block ${top}.`)
}

function isFar(block: number, known: number, maxLag: number): boolean {
  const missing = known - block
  return missing > FAR * maxLag || (missing > maxLag && block * 2 < known)
}

function highest(lines: readonly Line[]): number {
  return Math.max(0, ...lines.map(({ head }) => head?.block ?? 0))
}
