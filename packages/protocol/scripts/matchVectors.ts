// Builds vectors/matches.json: sets of four orders, and what a hub with five categories says of their terms.
//
// Nothing of the package takes part: every answer is written down by hand next to the change that causes it. Orders are
// not signed and their assets not registered, so only the checks of terms (categories, trust, prices, tags, assets,
// restrictions) are in question; a set without a misfit goes on to `AppNotRegistered`.
import type { Address, Hex } from 'viem'
import { concat, encodeAbiParameters, keccak256, parseAbiParameters, slice, stringToHex } from 'viem/utils'

/** The fields of one order, as hex and text. */
export type OrderRecord = { readonly [field: string]: string }

/** One set of orders with its answer. */
export type MatchCase = {
  readonly name: string
  readonly app: OrderRecord
  readonly dataset: OrderRecord
  readonly workerpool: OrderRecord
  readonly request: OrderRecord
  /** The same orders with empty signatures as arguments of `matchOrders` and `computeDealVolume`: calldata without selector. */
  readonly args: Hex
  /** Name of the error of the first misfit; empty when all terms fit. */
  readonly error: string
  /** The whole error, ABI-encoded: of the first misfit, or `AppNotRegistered`. */
  readonly revertData: Hex
  /** What `computeDealVolume` says on a hub that has matched nothing. */
  readonly volume: Hex
  /** The tag that the deal would have. */
  readonly tag: Hex
}

/** The whole file. `count` is the length of `matches`, which forge cannot ask for; the hub has `categories` categories. */
export type MatchVectors = {
  readonly about: string
  readonly count: number
  readonly categories: number
  readonly matches: readonly MatchCase[]
}

type Fields = { readonly [field: string]: bigint | string }
type Orders = { readonly app: Fields; readonly dataset: Fields; readonly workerpool: Fields; readonly request: Fields }
/** Changed fields by `order.field`. */
type Change = { readonly [path: string]: bigint | string }
/** The signature of an error, and its arguments. */
type Answer = readonly [signature: string, ...values: readonly (bigint | string)[]]

const NOBODY: Address = '0x0000000000000000000000000000000000000000'
const APP: Address = '0x00000000000000000000000000000000000000a1'
const DATASET: Address = '0x00000000000000000000000000000000000000d1'
const POOL: Address = '0x00000000000000000000000000000000000000b1'
const REQUESTER: Address = '0x00000000000000000000000000000000000000c0'
const OTHER: Address = '0x00000000000000000000000000000000000000ee'
const MAX = 2n ** 256n - 1n

const BASE: Orders = {
  app: {
    app: APP,
    appprice: 3n,
    volume: 10n,
    tag: bits(),
    datasetrestrict: NOBODY,
    workerpoolrestrict: NOBODY,
    requesterrestrict: NOBODY,
    salt: bits(1),
  },
  dataset: {
    dataset: DATASET,
    datasetprice: 5n,
    volume: 9n,
    tag: bits(),
    apprestrict: NOBODY,
    workerpoolrestrict: NOBODY,
    requesterrestrict: NOBODY,
    salt: bits(2),
  },
  workerpool: {
    workerpool: POOL,
    workerpoolprice: 100n,
    volume: 8n,
    tag: bits(),
    category: 1n,
    trust: 4n,
    apprestrict: NOBODY,
    datasetrestrict: NOBODY,
    requesterrestrict: NOBODY,
    salt: bits(3),
  },
  request: {
    app: APP,
    appmaxprice: 3n,
    dataset: DATASET,
    datasetmaxprice: 5n,
    workerpool: NOBODY,
    workerpoolmaxprice: 100n,
    requester: REQUESTER,
    volume: 7n,
    tag: bits(),
    category: 1n,
    trust: 4n,
    beneficiary: REQUESTER,
    callback: NOBODY,
    params: '{}',
    salt: bits(4),
  },
}

const NO_DATASET: Change = {
  'dataset.dataset': NOBODY,
  'dataset.datasetprice': 0n,
  'dataset.volume': 0n,
  'request.dataset': NOBODY,
  'request.datasetmaxprice': 0n,
}

// Each misfit alone, in the order in which a hub checks. [change, error].
const MISFITS: readonly (readonly [Change, Answer])[] = [
  [{ 'request.category': 2n }, ['CategoryMismatch(uint256 requested, uint256 offered)', 2n, 1n]],
  [{ 'request.category': 5n, 'workerpool.category': 5n }, ['UnknownCategory(uint256 category, uint256 count)', 5n, 5n]],
  [{ 'request.trust': 5n }, ['TrustTooLow(uint256 wanted, uint256 offered)', 5n, 4n]],
  [{ 'request.appmaxprice': 2n }, ['AppPriceTooHigh(uint256 asked, uint256 offered)', 3n, 2n]],
  [{ 'request.datasetmaxprice': 4n }, ['DatasetPriceTooHigh(uint256 asked, uint256 offered)', 5n, 4n]],
  [{ 'request.workerpoolmaxprice': 99n }, ['WorkerpoolPriceTooHigh(uint256 asked, uint256 offered)', 100n, 99n]],
  [
    { 'request.tag': bits(8), 'workerpool.tag': bits() },
    ['WorkerpoolLacksTag(bytes32 required, bytes32 offered)', bits(8), bits()],
  ],
  [
    { 'dataset.tag': bits(0), 'workerpool.tag': bits(0, 8) },
    ['AppLacksTee(bytes32 required, bytes32 offered)', bits(0), bits()],
  ],
  [{ 'request.app': OTHER }, ['AppMismatch(address requested, address offered)', OTHER, APP]],
  [{ 'request.dataset': OTHER }, ['DatasetMismatch(address requested, address offered)', OTHER, DATASET]],
  [{ 'request.workerpool': OTHER }, ['WorkerpoolRefusedByRequest(address allowed, address actual)', OTHER, POOL]],
  [{ 'app.datasetrestrict': OTHER }, ['DatasetRefusedByApp(address allowed, address actual)', OTHER, DATASET]],
  [{ 'app.workerpoolrestrict': OTHER }, ['WorkerpoolRefusedByApp(address allowed, address actual)', OTHER, POOL]],
  [{ 'app.requesterrestrict': OTHER }, ['RequesterRefusedByApp(address allowed, address actual)', OTHER, REQUESTER]],
  [{ 'dataset.apprestrict': OTHER }, ['AppRefusedByDataset(address allowed, address actual)', OTHER, APP]],
  [
    { 'dataset.workerpoolrestrict': OTHER },
    ['WorkerpoolRefusedByDataset(address allowed, address actual)', OTHER, POOL],
  ],
  [
    { 'dataset.requesterrestrict': OTHER },
    ['RequesterRefusedByDataset(address allowed, address actual)', OTHER, REQUESTER],
  ],
  [{ 'workerpool.apprestrict': OTHER }, ['AppRefusedByWorkerpool(address allowed, address actual)', OTHER, APP]],
  [
    { 'workerpool.datasetrestrict': OTHER },
    ['DatasetRefusedByWorkerpool(address allowed, address actual)', OTHER, DATASET],
  ],
  [
    { 'workerpool.requesterrestrict': OTHER },
    ['RequesterRefusedByWorkerpool(address allowed, address actual)', OTHER, REQUESTER],
  ],
]

type Fit = readonly [name: string, change: Change, volume: bigint, tag: Hex]

// Sets whose terms fit, mostly just so.
const FITS: readonly Fit[] = [
  ['all limits are met exactly', {}, 7n, bits()],
  ['without a dataset', NO_DATASET, 7n, bits()],
  ['without a dataset, its volume does not count', { ...NO_DATASET, 'request.volume': 8n }, 8n, bits()],
  ['the app order is the shortest', { 'app.volume': 1n }, 1n, bits()],
  ['the dataset order is the shortest', { 'dataset.volume': 2n }, 2n, bits()],
  ['the workerpool order is the shortest', { 'workerpool.volume': 3n }, 3n, bits()],
  ['nothing is left of the workerpool order', { 'workerpool.volume': 0n }, 0n, bits()],
  [
    'volumes of any size',
    { 'app.volume': MAX, 'dataset.volume': MAX, 'workerpool.volume': MAX, 'request.volume': MAX },
    MAX,
    bits(),
  ],
  ['prices of any size', { 'app.appprice': MAX, 'request.appmaxprice': MAX }, 7n, bits()],
  ['the last category', { 'request.category': 4n, 'workerpool.category': 4n }, 7n, bits()],
  ['no trust asked', { 'request.trust': 0n, 'workerpool.trust': 0n }, 7n, bits()],
  [
    'the workerpool offers more than is asked',
    { 'request.tag': bits(8), 'workerpool.tag': bits(8, 16, 255) },
    7n,
    bits(8),
  ],
  [
    'everybody’s demands come together',
    { 'app.tag': bits(8), 'dataset.tag': bits(16), 'request.tag': bits(200), 'workerpool.tag': bits(8, 16, 200) },
    7n,
    bits(8, 16, 200),
  ],
  ['a dataset’s frameworks ask for nothing', { 'dataset.tag': bits(1, 2, 3) }, 7n, bits()],
  ['an app’s framework does', { 'app.tag': bits(0, 1), 'workerpool.tag': bits(0, 1) }, 7n, bits(0, 1)],
  [
    'a TEE dataset in a TEE app',
    { 'app.tag': bits(0, 3), 'dataset.tag': bits(0, 1), 'workerpool.tag': bits(0, 3) },
    7n,
    bits(0, 3),
  ],
  [
    'restrictions that name whom they meet',
    {
      'request.workerpool': POOL,
      'app.datasetrestrict': DATASET,
      'app.workerpoolrestrict': POOL,
      'app.requesterrestrict': REQUESTER,
      'dataset.apprestrict': APP,
      'dataset.workerpoolrestrict': POOL,
      'dataset.requesterrestrict': REQUESTER,
      'workerpool.apprestrict': APP,
      'workerpool.datasetrestrict': DATASET,
      'workerpool.requesterrestrict': REQUESTER,
    },
    7n,
    bits(),
  ],
]

// More misfits that need a sentence. The volume of all of them is 7.
const EDGES: readonly (readonly [name: string, change: Change, tag: Hex, answer: Answer])[] = [
  [
    'WorkerpoolLacksTag before AppLacksTee',
    { 'request.tag': bits(8), 'dataset.tag': bits(0) },
    bits(0, 8),
    ['WorkerpoolLacksTag(bytes32 required, bytes32 offered)', bits(0, 8), bits()],
  ],
  [
    'a dataset price counts even without a dataset',
    { ...NO_DATASET, 'dataset.volume': 9n, 'dataset.datasetprice': 1n },
    bits(),
    ['DatasetPriceTooHigh(uint256 asked, uint256 offered)', 1n, 0n],
  ],
  [
    'a restriction on the dataset refuses to go without',
    { ...NO_DATASET, 'app.datasetrestrict': DATASET },
    bits(),
    ['DatasetRefusedByApp(address allowed, address actual)', DATASET, NOBODY],
  ],
  [
    'a request with a TEE and an app without',
    { 'request.tag': bits(0), 'workerpool.tag': bits(0) },
    bits(0),
    ['AppLacksTee(bytes32 required, bytes32 offered)', bits(0), bits()],
  ],
  [
    'a workerpool without the app’s framework',
    { 'app.tag': bits(0, 2), 'workerpool.tag': bits(0, 1) },
    bits(0, 2),
    ['WorkerpoolLacksTag(bytes32 required, bytes32 offered)', bits(0, 2), bits(0, 1)],
  ],
  [
    'trust of the largest size',
    { 'request.trust': MAX },
    bits(),
    ['TrustTooLow(uint256 wanted, uint256 offered)', MAX, 4n],
  ],
  [
    'a category far beyond',
    { 'request.category': MAX, 'workerpool.category': MAX },
    bits(),
    ['UnknownCategory(uint256 category, uint256 count)', MAX, 5n],
  ],
]

/** Builds the file. */
export function matchVectors(): MatchVectors {
  const matches = [
    ...FITS.map(([name, change, volume, tag]) => caseOf(name, change, { volume, tag })),
    ...MISFITS.map(([change, answer]) =>
      caseOf(`only ${nameOf(answer)}`, change, { volume: 7n, tag: tagOf(change), answer }),
    ),
    ...EDGES.map(([name, change, tag, answer]) => caseOf(name, change, { volume: 7n, tag, answer })),
    ...pairs(),
  ]
  return {
    about:
      'Generated by scripts/vectors-market.ts: unsigned orders of unregistered assets. uint256 and bytes32 are 32-byte hex.',
    count: matches.length,
    categories: 5,
    matches,
  }
}

// Each misfit with the one that is checked after it, where both can be in one set: the first must be the one that is told.
function pairs(): readonly MatchCase[] {
  return MISFITS.slice(0, -1).flatMap(([change, answer], index) => {
    const [next, after] = MISFITS[index + 1] ?? [change, answer]
    if (Object.keys(change).some((path) => path in next)) return []
    const both = { ...change, ...next }
    return [caseOf(`${nameOf(answer)} before ${nameOf(after)}`, both, { volume: 7n, tag: tagOf(both), answer })]
  })
}

type Expected = { readonly volume: bigint; readonly tag: Hex; readonly answer?: Answer }

function caseOf(name: string, change: Change, expected: Expected): MatchCase {
  const orders = changed(change)
  const answer = expected.answer ?? ['AppNotRegistered(address app)', text(orders.app['app'])]
  return {
    name,
    app: recordOf(orders.app),
    dataset: recordOf(orders.dataset),
    workerpool: recordOf(orders.workerpool),
    request: recordOf(orders.request),
    args: argsOf(orders),
    error: expected.answer === undefined ? '' : nameOf(answer),
    revertData: revertDataOf(answer),
    volume: word(expected.volume),
    tag: expected.tag,
  }
}

function changed(change: Change): Orders {
  const part = (order: keyof Orders): Fields => {
    const own = Object.entries(change).filter(([path]) => path.startsWith(`${order}.`))
    for (const [path] of own)
      if (!(path.slice(order.length + 1) in BASE[order])) throw new Error(`There is no ${path}.`)
    return { ...BASE[order], ...Object.fromEntries(own.map(([path, value]) => [path.slice(order.length + 1), value])) }
  }
  return { app: part('app'), dataset: part('dataset'), workerpool: part('workerpool'), request: part('request') }
}

// In the misfits at most one of the three demanding tags is set, or bits that do not overlap, and never a framework bit.
function tagOf(change: Change): Hex {
  const demands = ['app.tag', 'dataset.tag', 'request.tag'].map((path) => BigInt(change[path] ?? 0n))
  return word(demands.reduce((all, tag) => all | tag, 0n))
}

function argsOf({ app, dataset, workerpool, request }: Orders): Hex {
  return encodeAbiParameters(
    parseAbiParameters([
      'AppOrder app, DatasetOrder dataset, WorkerpoolOrder workerpool, RequestOrder request',
      'struct AppOrder { address app; uint256 appprice; uint256 volume; bytes32 tag; address datasetrestrict; address workerpoolrestrict; address requesterrestrict; bytes32 salt; bytes sign; }',
      'struct DatasetOrder { address dataset; uint256 datasetprice; uint256 volume; bytes32 tag; address apprestrict; address workerpoolrestrict; address requesterrestrict; bytes32 salt; bytes sign; }',
      'struct WorkerpoolOrder { address workerpool; uint256 workerpoolprice; uint256 volume; bytes32 tag; uint256 category; uint256 trust; address apprestrict; address datasetrestrict; address requesterrestrict; bytes32 salt; bytes sign; }',
      'struct RequestOrder { address app; uint256 appmaxprice; address dataset; uint256 datasetmaxprice; address workerpool; uint256 workerpoolmaxprice; address requester; uint256 volume; bytes32 tag; uint256 category; uint256 trust; address beneficiary; address callback; string params; bytes32 salt; bytes sign; }',
    ]),
    [unsigned(app), unsigned(dataset), unsigned(workerpool), unsigned(request)],
  )
}

// The values are those that the struct names; the tables above are not typed field by field.
function unsigned(fields: Fields): never {
  return { ...fields, sign: '0x' } as never
}

function revertDataOf([signature, ...values]: Answer): Hex {
  const parameters = signature.slice(signature.indexOf('(') + 1, -1)
  const types = parameters.split(', ').map((parameter) => parameter.split(' ')[0] ?? '')
  const selector = slice(
    keccak256(stringToHex(`${signature.slice(0, signature.indexOf('('))}(${types.join(',')})`)),
    0,
    4,
  )
  return concat([
    selector,
    encodeAbiParameters(
      types.map((type) => ({ type })),
      values,
    ),
  ])
}

function nameOf([signature]: Answer): string {
  return signature.slice(0, signature.indexOf('('))
}

function recordOf(fields: Fields): OrderRecord {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'bigint' ? word(value) : value]),
  )
}

function text(value: bigint | string | undefined): string {
  if (typeof value !== 'string') throw new TypeError(`${value} is no text.`)
  return value
}

function bits(...set: readonly number[]): Hex {
  return word(set.reduce((tag, bit) => tag | (1n << BigInt(bit)), 0n))
}

function word(value: bigint): Hex {
  return `0x${value.toString(16).padStart(64, '0')}`
}
