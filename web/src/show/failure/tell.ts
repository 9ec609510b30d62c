// What a failure is told with: names of sentences in the words of failures, and their values. No words, no React.
import { isWalletRefusal } from '../../wallet/isWalletRefusal.ts'
import { reasonsIn, write, type Reasons } from './reasons.ts'
import { isDetails, isThere, type Advice, type Details, type Headline, type Reason, type Said } from './words.ts'

/** What is told of a failure. */
export type Told = {
  readonly headline: Said<Headline>
  /** What exactly stands against it, each in one sentence. */
  readonly reasons: readonly Said<Reason>[]
  readonly advice: Advice | undefined
  /** Its own words, where they say more than ours: English, and perhaps of a stranger. */
  readonly english: readonly string[]
}

type Plan = {
  readonly say: Headline
  /** What is filled in; where one of these is missing, the plan does not fit. */
  readonly from?: readonly string[]
  /** Which of them are amounts in nRLC. */
  readonly rlc?: readonly string[]
  readonly advice?: Advice
  /** Whether its English words say more: always, where a reason has no words of ours, or then its hints alone. */
  readonly english?: 'always' | 'withoutReasons' | 'hintsWithoutReasons'
}

const NONE: Reasons = { said: [], isWhole: false }

const UNKNOWN: Plan = { say: 'unknown', english: 'always' }

/** Of each code of the SDK and of this site, the plans from the most telling one on. */
const PLANS: Readonly<Record<string, readonly Plan[]>> = {
  RejectedByUser: [
    { say: 'rejectedLater', from: ['deposited'] },
    { say: 'rejectedLater', from: ['deals'] },
    { say: 'rejected' },
  ],
  WalletRefused: [{ say: 'walletElse', advice: 'beginAgain' }],
  NoSigner: [{ say: 'noWallet', advice: 'connect' }],
  WalletGone: [{ say: 'walletGone', advice: 'reload' }],
  WalletEmpty: [{ say: 'walletEmpty', advice: 'openWallet' }],
  NotLoaded: [{ say: 'notLoaded', advice: 'reload' }],
  OtherOrder: [{ say: 'otherOrder', from: ['orderHash'], advice: 'distrust' }],
  NoModule: [{ say: 'noModule', advice: 'compile' }],
  WrongChain: [
    { say: 'wrongChain', from: ['wanted', 'actual'], advice: 'switchChain' },
    { say: 'wrongNode', english: 'always' },
  ],
  UnknownChain: [{ say: 'noMarket', english: 'always' }],
  NoHub: [{ say: 'noMarket', english: 'always' }],
  InsufficientFunds: [
    { say: 'tooLittleForRun', from: ['needed', 'available'], rlc: ['needed', 'available'], advice: 'bringRlc' },
    {
      say: 'tooLittleToWithdraw',
      from: ['asked', 'available', 'locked'],
      rlc: ['asked', 'available', 'locked'],
      advice: 'takeLess',
    },
    { say: 'tooLittleToDeposit', from: ['asked', 'available'], rlc: ['asked', 'available'], advice: 'takeLess' },
    { say: 'tooLittle', english: 'always' },
  ],
  NotMined: [{ say: 'notMined', advice: 'lookFirst' }],
  ChainUnreachable: [
    { say: 'notMined', from: ['txHash'], advice: 'lookFirst' },
    { say: 'nodeSilentAt', from: ['origin'], advice: 'later' },
    { say: 'nodeSilent', advice: 'later', english: 'always' },
  ],
  NodeRefused: [{ say: 'nodeRefused', english: 'always' }],
  OrdersMismatch: [{ say: 'mismatch', english: 'withoutReasons' }],
  NoMatch: [{ say: 'noMatch', english: 'hintsWithoutReasons' }],
  Refused: [{ say: 'refused', english: 'withoutReasons' }],
  NotFound: [
    { say: 'noTask', from: ['taskid'] },
    { say: 'noDeal', from: ['dealid'] },
    { say: 'noOrder', from: ['orderHash'] },
    { say: 'noPoolApi', from: ['workerpool'] },
    { say: 'noFile', from: ['path'] },
    { say: 'notFound', english: 'always' },
  ],
  AlreadyExists: [
    { say: 'exists', from: ['address'] },
    { say: 'existsAlready', english: 'always' },
  ],
  NotOwner: [
    { say: 'notOwner', from: ['owner', 'signer'], advice: 'useOwner' },
    { say: 'notRequester', from: ['requester', 'signer'], advice: 'useOwner' },
    { say: 'notTheOwner', advice: 'useOwner', english: 'always' },
  ],
  TaskFailed: [{ say: 'taskFailed' }],
  ResultMissing: [{ say: 'resultMissing', english: 'always' }],
  ResultMismatch: [{ say: 'resultMismatch', advice: 'otherStorage', english: 'always' }],
  ResultEncrypted: [{ say: 'resultEncrypted', advice: 'decrypt' }],
  DecryptionFailed: [{ say: 'notDecrypted' }],
  Aborted: [{ say: 'aborted' }],
  InvalidInput: [{ say: 'badInput', english: 'always' }],
}

/** What wallets answer by number: EIP-1193, and what most of them say besides. */
const WALLET_CODES: ReadonlyMap<number, Plan> = new Map<number, Plan>([
  [4001, { say: 'rejected' }],
  [4100, { say: 'walletClosed', advice: 'openWallet' }],
  [-32_002, { say: 'walletBusy', advice: 'answerWallet' }],
])

/**
 * What is told of a failure of whatever kind: of the SDK, of the market, of a wallet, or of nobody's making.
 *
 * @example
 * tellFailure(new IexecError('RejectedByUser', '…')).headline // { name: 'rejected', values: {} }
 */
export function tellFailure(error: unknown): Told {
  const { code, details, message, hints } = readError(error)
  const { say, from = [], rlc = [], advice, english } = planOf(code, details, message)
  const reasons = english === undefined || english === 'always' ? NONE : reasonsIn(details)
  const own = english === 'hintsWithoutReasons' ? hints : [message, ...hints]
  return {
    headline: { name: say, values: write(details, from, rlc) },
    reasons: [...reasons.said, ...depositIn(details)],
    advice,
    english: english === undefined || reasons.isWhole ? [] : own,
  }
}

/** What was put on the market before it failed. */
function depositIn(details: Details): readonly Said<Reason>[] {
  if (!isThere(details['deposited'])) return []
  return [{ name: 'deposited', values: write(details, ['deposited'], ['deposited']) }]
}

/** Whether an error says what it has to say in the language of the page already. */
export function isInWords(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'InWords'
}

type ReadError = {
  readonly code: unknown
  readonly details: Details
  readonly message: string
  readonly hints: readonly string[]
}

/** Wallets throw plain objects, and the classes of the SDK are not loaded here: the shape says enough. */
function readError(error: unknown): ReadError {
  if (!isDetails(error)) return { code: undefined, details: {}, message: String(error), hints: [] }
  const { code, details, message = '', hints } = error
  return {
    code: code === 'ChainUnreachable' && isWalletRefusal(error) ? 'WalletRefused' : code,
    details: isDetails(details) ? details : {},
    // What lies below the first line is for programmers.
    message: typeof message === 'string' ? (message.split('\n', 1)[0] ?? '') : '',
    hints: Array.isArray(hints) ? hints.map(String) : [],
  }
}

function planOf(code: unknown, details: Details, message: string): Plan {
  // Wallets refuse to send in words of their own, which the SDK can only hand on.
  if (/insufficient funds/iu.test(message)) return { say: 'noCoins', advice: 'bringCoins' }
  // Each browser says in its own words that a part of the site did not come.
  if (/dynamically imported|importing a module script/iu.test(message)) return { say: 'notLoaded', advice: 'reload' }
  if (typeof code === 'number') return WALLET_CODES.get(code) ?? { say: 'walletRefused', english: 'always' }
  if (typeof code !== 'string') return UNKNOWN
  const isFilled = ({ from = [] }: Plan): boolean => from.every((name) => isThere(details[name]))
  return planOfService(code, details) ?? PLANS[code]?.find(isFilled) ?? UNKNOWN
}

/** Whom a page asks, by the names that the SDK has for them. */
const SERVICES = {
  market: 'market',
  compass: 'market',
  storage: 'storage',
  ipfsApi: 'storage',
  scheduler: 'pool',
  vault: 'vault',
  registry: 'registry',
} as const

function planOfService(code: string, { service, host, status }: Details): Plan | undefined {
  const who = isService(service) ? SERVICES[service] : 'service'
  switch (code) {
    case 'ServiceUnreachable':
      return isThere(host)
        ? { say: `${who}Silent`, from: ['host'], advice: 'later' }
        : { say: 'serviceBroke', advice: 'later', english: 'always' }
    case 'ServiceRefused':
      return status === 429 ? { say: 'tooManyAsked', advice: 'wait' } : { say: `${who}Refused`, english: 'always' }
    case 'BadAnswer':
      return { say: `${who}BadAnswer`, advice: 'distrust', english: 'always' }
    case 'NotConfigured':
      return { say: `${who}Unnamed` }
    default:
      return undefined
  }
}

function isService(name: unknown): name is keyof typeof SERVICES {
  return typeof name === 'string' && Object.hasOwn(SERVICES, name)
}
