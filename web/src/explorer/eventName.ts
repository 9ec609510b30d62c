// Events of the chain, as people call them.
import type { Translate } from '../language/words.ts'
import type { words } from '../language/en/index.ts'

type Known = keyof (typeof words)['explorer']['eventName']

/** Filled by the words themselves: whatever has none is shown under the contract's own name. */
const KNOWN: readonly string[] = [
  'Transfer',
  'Approval',
  'Lock',
  'Unlock',
  'Reward',
  'Seize',
  'SchedulerNotice',
  'OrdersMatched',
  'DealSponsored',
  'TaskInitialize',
  'TaskContribute',
  'TaskConsensus',
  'TaskReveal',
  'TaskReopen',
  'TaskFinalize',
  'TaskClaimed',
  'AccurateContribution',
  'FaultyContribution',
  'CreateCategory',
  'AppTransfer',
  'DatasetTransfer',
  'WorkerpoolTransfer',
  'AppRegistered',
  'DatasetRegistered',
  'WorkerpoolRegistered',
  'Deposit',
  'Withdrawal',
  'PolicyUpdate',
  'SignedAppOrder',
  'SignedDatasetOrder',
  'SignedWorkerpoolOrder',
  'SignedRequestOrder',
  'ClosedAppOrder',
  'ClosedDatasetOrder',
  'ClosedWorkerpoolOrder',
  'ClosedRequestOrder',
  'BroadcastAppOrder',
  'BroadcastDatasetOrder',
  'BroadcastWorkerpoolOrder',
  'BroadcastRequestOrder',
] satisfies readonly Known[]

/**
 * The kind of an event, and what it means more closely: what comes from nobody is registered, or deposited.
 *
 * @param from who gave
 * @param to who got
 * @example
 * nameOfEvent('AppTransfer', '0x0000000000000000000000000000000000000000') // 'AppRegistered'
 */
export function nameOfEvent(kind: string, from?: string | null, to?: string | null): string {
  const isFromNobody = from !== undefined && from !== null && NOBODY.test(from)
  if (kind === 'Transfer' && isFromNobody) return 'Deposit'
  if (kind === 'Transfer' && to !== undefined && to !== null && NOBODY.test(to)) return 'Withdrawal'
  return isFromNobody ? kind.replace(/Transfer$/u, 'Registered') : kind
}

const NOBODY = /^0x0+$/u

/**
 * What an event is called.
 *
 * @example
 * eventName('TaskFinalize', t) // 'Task finished'
 */
export function eventName(kind: string, t: Translate<'explorer'>): string {
  return isKnown(kind) ? t(`eventName.${kind}`) : kind
}

function isKnown(kind: string): kind is Known {
  return KNOWN.includes(kind)
}
