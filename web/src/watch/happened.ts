// What happened to something that is watched, from how it was and how it is.
import type { Hex } from 'viem'
import type { Status } from '../show/TaskStatus.tsx'
import type { WatchKind } from './watched.ts'

/** What is told; the words are `watch:told.<name>`. */
export type Happening =
  | 'taskCompleted'
  | 'taskFruitless'
  | 'taskFailed'
  | 'dealDone'
  | 'appSold'
  | 'workerpoolSold'
  | 'accountBought'

/** How something is now. */
export type State =
  | { readonly is: 'task'; readonly status: Status }
  | { readonly is: 'deal'; readonly ended: number; readonly all: number }
  /** An app or a workerpool: tasks for which it was sold. */
  | { readonly is: 'asset'; readonly sold: number; readonly name: string }
  | { readonly is: 'account'; readonly lastDeal: DealOfAccount | undefined }

/** The newest deal of an account, and the second in which it was made. */
export type DealOfAccount = { readonly id: Hex; readonly madeAt: number }

/** A task as the index tells of it. */
export type IndexedTask = {
  readonly status: string
  /** On what the workers agreed where the app failed; older markets do not tell. */
  readonly failure?: string | null
}

/**
 * How far a task is. The index writes failures as the first one did: `FAILLED`.
 *
 * @example
 * statusOf({ status: 'ACTIVE', failure: null }) // 'active'
 */
export function statusOf({ status, failure }: IndexedTask): Status {
  switch (status) {
    case 'COMPLETED':
      return typeof failure === 'string' ? 'fruitless' : 'completed'
    case 'FAILLED':
      return 'failed'
    case 'REVEALING':
      return 'revealing'
    default:
      return status === 'ACTIVE' ? 'active' : 'unset'
  }
}

/**
 * A state in a few signs, to be kept and compared.
 *
 * @example
 * seenOf({ is: 'deal', ended: 1, all: 3 }) // '1/3'
 */
export function seenOf(state: State): string {
  switch (state.is) {
    case 'task':
      return state.status
    case 'deal':
      return `${state.ended}/${state.all}`
    case 'asset':
      return String(state.sold)
    case 'account':
      return String(state.lastDeal?.madeAt ?? 0)
  }
}

const ENDS: ReadonlyMap<string, Happening> = new Map([
  ['completed', 'taskCompleted'],
  ['fruitless', 'taskFruitless'],
  ['failed', 'taskFailed'],
])

/**
 * What happened between two looks; `undefined` for nothing that anybody waits for.
 *
 * @param before as `seenOf` wrote it
 * @example
 * whatHappened('deal', '2/3', '3/3') // 'dealDone'
 */
export function whatHappened(kind: WatchKind, before: string, now: string): Happening | undefined {
  if (before === now) return undefined
  switch (kind) {
    case 'task':
      return ENDS.has(before) ? undefined : ENDS.get(now)
    case 'deal':
      return isDone(now) && !isDone(before) ? 'dealDone' : undefined
    case 'app':
    case 'workerpool':
      return Number(now) > Number(before) ? `${kind}Sold` : undefined
    case 'address':
      // A deal that was undone leaves an older one behind.
      return Number(now) > Number(before) ? 'accountBought' : undefined
  }
}

function isDone(seen: string): boolean {
  const [ended, all] = seen.split('/')
  return ended === all
}
