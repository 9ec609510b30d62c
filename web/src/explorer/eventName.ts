// Events of the chain, as people call them.
import type { TFunction } from 'i18next'
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
 * What an event is called.
 *
 * @example
 * eventName('TaskFinalize', t) // 'Task finished'
 */
export function eventName(kind: string, t: TFunction<'explorer'>): string {
  return isKnown(kind) ? t(`eventName.${kind}`) : kind
}

function isKnown(kind: string): kind is Known {
  return KNOWN.includes(kind)
}
