// What the SDK calls each value that it computes again, by the names of the words for it in each language.
import type { TaskCheck } from '@iexec/sdk/verify'
import type { Translate } from '../../language/words.ts'
import { shorten } from '../../show/Id.tsx'
import { eventName } from '../eventName.ts'

const SIMPLE = {
  'hash of the app order': 'appOrder',
  'hash of the dataset order': 'datasetOrder',
  'hash of the workerpool order': 'workerpoolOrder',
  'hash of the request order': 'requestOrder',
  'signature of the app order': 'appSignature',
  'signature of the dataset order': 'datasetSignature',
  'signature of the workerpool order': 'workerpoolSignature',
  'signature of the request order': 'requestSignature',
  'what the orders ask of each other': 'fit',
  'id: hash of the request order and its tasks before': 'dealId',
  'number of tasks': 'volume',
  time: 'time',
  app: 'app',
  'price of the app': 'appPrice',
  dataset: 'dataset',
  'price of the dataset': 'datasetPrice',
  workerpool: 'workerpool',
  'price of the workerpool': 'workerpoolPrice',
  trust: 'trust',
  category: 'category',
  tag: 'tag',
  requester: 'requester',
  beneficiary: 'beneficiary',
  callback: 'callback',
  params: 'params',
  terms: 'terms',
  'who pays': 'payer',
  'tasks that were left of the orders': 'left',
  'longest run of the category': 'longestRun',
  'owner of the app': 'appOwner',
  'owner of the dataset': 'datasetOwner',
  'owner of the workerpool': 'workerpoolOwner',
  'stake of each worker': 'workerStake',
  'share of the scheduler': 'schedulerShare',
  'id: hash of its deal and its place in it': 'taskId',
  state: 'state',
  'end of the votes': 'votesUntil',
  'final deadline': 'finalDeadline',
  'its seal': 'seal',
  digest: 'digest',
} as const

const OF_WORKER = {
  'hash of the vote': 'voteHash',
  authorization: 'authorization',
  enclave: 'enclave',
  'signature of the enclave': 'enclaveSignature',
  'attestation of the enclave': 'attestation',
} as const

const VOTE = /^(.+) of (0x[0-9a-f]{40})$/iu
const EVENT = /^(\w+) in block (\d+)(?:: (\d+) of (\d+) parts agree, for a trust of (\d+))?$/u

/** The words of tasks, and those of the explorer for the events of the chain. */
export type CheckWords = { readonly t: Translate<'task'>; readonly tExplorer: Translate<'explorer'> }

/**
 * What a value is called; in the words of the SDK where there are no others.
 *
 * @example
 * sayCheck({ step: 'result', what: 'digest' }, words) // 'Digest'
 */
export function sayCheck({ step, what }: Pick<TaskCheck, 'step' | 'what'>, { t, tExplorer }: CheckWords): string {
  if (what === 'what the hub keeps of it') return t('verify.what.agreement')
  if (what === 'what the hub keeps of them') return t('verify.what.votes')
  if (isSimple(what)) return t(`verify.what.${SIMPLE[what]}`)
  const [, part = '', worker = ''] = VOTE.exec(what) ?? []
  if (isOfWorker(part)) return t(`verify.what.${OF_WORKER[part]}`, { worker: shorten(worker) })
  const [, event, block, group, total = '', trust = ''] = EVENT.exec(what) ?? []
  if (event === undefined || block === undefined) return what
  const told = { event: eventName(event, tExplorer), block }
  if (step === 'agreement' && group !== undefined) return t('verify.what.agreed', { ...told, group, total, trust })
  return t('verify.what.event', told)
}

function isSimple(what: string): what is keyof typeof SIMPLE {
  return Object.hasOwn(SIMPLE, what)
}

function isOfWorker(what: string): what is keyof typeof OF_WORKER {
  return Object.hasOwn(OF_WORKER, what)
}

/** Why the SDK cannot compute a value, by the names of the words for it. */
const WHY = {
  'another contract called the hub: its transaction does not hold the orders': 'ordersNotHeld',
  'another contract called the hub: its transaction does not hold the signatures': 'signaturesNotHeld',
  'the node does not give so many events of before': 'tooManyEvents',
  'it was signed on chain, and the event does not say by whom': 'signedOnChain',
  'it is a contract, which answered for itself then (ERC-1271)': 'isContract',
  'its registry tells of no owner: it may come from an earlier registry': 'noOwner',
  'the workerpool tells of no policy: it may come from an earlier registry': 'noPolicy',
  'the TEE broker of the deal may have signed it, of whom no event tells': 'teeBroker',
  'what shows that this key is of an enclave is not on the chain: the scheduler is believed': 'notAttested',
  'nobody revealed the digest behind it': 'notRevealed',
} as const

const GROUP = /^(0x[0-9a-f]{40}) is a contract: no event tells whether it knew (0x[0-9a-f]{40}) then/iu

/**
 * Why a value cannot be computed, in the language of the page.
 *
 * @returns `undefined` where there are only the words of the SDK, or of a service
 * @example
 * sayWhy('nobody revealed the digest behind it', t) // 'Nobody revealed the digest behind it.'
 */
export function sayWhy(why: string, t: Translate<'task'>): string | undefined {
  if (isWhy(why)) return t(`verify.why.${WHY[why]}`)
  if (why.startsWith('there is none: ')) return t('verify.why.noResult')
  if (why.includes(' is encrypted: ')) return t('verify.why.encrypted')
  const [, allowed = '', actual] = GROUP.exec(why) ?? []
  return actual === undefined
    ? undefined
    : t('verify.why.isGroup', { allowed: shorten(allowed), actual: shorten(actual) })
}

function isWhy(why: string): why is keyof typeof WHY {
  return Object.hasOwn(WHY, why)
}

/** What came of the checks of one step, or of all. */
export type CheckCounts = { readonly same: number; readonly different: number; readonly open: number }

/** How many checks came out how. */
export function countVerdicts(checks: readonly Pick<TaskCheck, 'verdict'>[]): CheckCounts {
  const count = (wanted: TaskCheck['verdict']): number => checks.filter(({ verdict }) => verdict === wanted).length
  return { same: count('same'), different: count('different'), open: count('open') }
}
