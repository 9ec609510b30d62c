// Plausible blocks without a chain, the same for the same seed: for measuring the reducer with a million events.
import { toWide } from '@iexec/service'
import type { Address, Hash, Hex } from 'viem'
import type { MarketEvent, Said, EventName } from '../src/index/events.ts'
import type { DealTerms, Facts, KnownBlock } from '../src/index/facts.ts'
import { NOBODY, START } from './rows.ts'

/** How many events there are at least, and how the market looks. */
export type SyntheticOptions = {
  readonly events: number
  readonly seed?: number
  /** Deals that run at the same time: each takes a step in each block. */
  readonly parallel?: number
  readonly accounts?: number
  readonly assets?: number
}

const HUB = place(0, 'f')
const RLC = 1_000_000_000n
const [APP_PRICE, POOL_PRICE] = [2n * RLC, 10n * RLC]
const [POOL_STAKE, WORKER_STAKE] = [3n * RLC, 3n * RLC]
const STEPS = 5

/** The market's domain: the hub of every synthetic block. */
export const SYNTHETIC_HUB: Address = HUB

/**
 * Makes blocks one after the other: first assets and stakes, then deals that go from the match to the result in five steps.
 *
 * @example
 * for (const block of syntheticBlocks({ events: 1_000_000 })) await tables.apply([block], head)
 */
export function* syntheticBlocks(options: SyntheticOptions): Generator<KnownBlock> {
  const { events, parallel = 20, accounts = 2_000, assets = 200 } = options
  const random = mulberry32(options.seed ?? 1)
  const cast = { accounts, assets, pick: (count: number) => Math.floor(random() * count) }
  let made = 0
  let number = 1
  for (const block of opening(cast)) {
    made += block.events.length
    number = block.number + 1
    yield block
  }
  const running: Life[] = []
  for (let serial = 0; made < events; number += 1) {
    while (running.length < parallel) {
      running.push(newLife(serial, cast))
      serial += 1
    }
    const page = openPage(number)
    for (const life of running) step(page, life)
    const block = page.close()
    made += block.events.length
    yield block
    for (let index = running.length - 1; index >= 0; index -= 1) {
      if (running[index]?.step === STEPS) running.splice(index, 1)
    }
  }
}

type Cast = { readonly accounts: number; readonly assets: number; readonly pick: (count: number) => number }

/** One deal with one task, and how far it is. */
type Life = {
  readonly deal: Hex
  readonly task: Hex
  readonly app: Address
  readonly appOwner: Address
  readonly pool: Address
  readonly poolOwner: Address
  readonly requester: Address
  readonly worker: Address
  readonly hashes: readonly [Hex, Hex, Hex]
  step: number
}

function newLife(serial: number, { accounts, assets, pick }: Cast): Life {
  const [app, pool] = [pick(assets), pick(assets)]
  return {
    deal: word(serial, 'd'),
    task: word(serial, 'a'),
    app: place(app, 'a'),
    appOwner: place(app, 'e'),
    pool: place(pool, 'b'),
    poolOwner: place(pool, 'e'),
    requester: place(pick(accounts), 'e'),
    worker: place(pick(accounts), 'e'),
    // An app's order serves many deals; the others are new.
    hashes: [word(app, '1'), word(serial, '2'), word(serial, '3')],
    step: 0,
  }
}

function* opening({ accounts, assets }: Cast): Generator<KnownBlock> {
  const first = openPage(1)
  first.say('CreateCategory', {
    detail: { catid: '0', name: 'XS', description: '{}', workClockTimeRef: '300' },
  })
  for (let index = 0; index < assets; index += 1) {
    const contents = { app_type: null, multiaddr: null, checksum: null, mrenclave: null }
    const owner = { account: NOBODY, counterparty: place(index, 'e') }
    first.facts.assets.set(place(index, 'a'), { ...contents, name: `app ${index}` })
    first.facts.assets.set(place(index, 'b'), { ...contents, name: `pool ${index}` })
    first.say('AppTransfer', { asset: place(index, 'a'), ...owner })
    first.say('WorkerpoolTransfer', { asset: place(index, 'b'), ...owner })
  }
  yield first.close()
  const second = openPage(2)
  for (let index = 0; index < accounts; index += 1) {
    second.say('Transfer', { account: NOBODY, counterparty: place(index, 'e'), amount: 10n ** 17n })
  }
  yield second.close()
}

function step(page: Page, life: Life): void {
  page.newTransaction()
  const { deal, task, worker } = life
  switch (life.step) {
    case 0:
      matchOrders(page, life)
      break
    case 1:
      page.facts.tasks.set(task, { deal, index: 0n, resultsCallback: '0x' })
      page.say('TaskInitialize', { task, asset: life.pool })
      break
    case 2:
      page.facts.votes.set(`${task}-${worker}`, { seal: task, challenge: NOBODY, weight: 2n })
      lock(page, worker, WORKER_STAKE)
      page.say('TaskContribute', { task, account: worker, detail: { hash: task } })
      page.say('TaskConsensus', { task, detail: { consensus: task } })
      break
    case 3:
      page.say('TaskReveal', { task, account: worker, detail: { digest: task } })
      break
    default:
      finalize(page, life)
  }
  life.step += 1
}

function matchOrders(page: Page, life: Life): void {
  const { deal, app, appOwner, pool, poolOwner, requester, hashes } = life
  const terms: DealTerms = {
    app: { pointer: app, owner: appOwner, price: APP_PRICE },
    dataset: { pointer: NOBODY, owner: NOBODY, price: 0n },
    workerpool: { pointer: pool, owner: poolOwner, price: POOL_PRICE },
    trust: 1n,
    category: 0n,
    tag: word(0, '0'),
    requester,
    beneficiary: requester,
    callback: NOBODY,
    params: '{"iexec_args":"hello","iexec_result_storage_provider":"ipfs"}',
    startTime: BigInt(START + page.number),
    botFirst: 0n,
    botSize: 1n,
    workerStake: WORKER_STAKE,
    schedulerRewardRatio: 1n,
    sponsor: requester,
  }
  page.facts.deals.set(deal, terms)
  lock(page, requester, APP_PRICE + POOL_PRICE)
  lock(page, poolOwner, POOL_STAKE)
  page.say('SchedulerNotice', { asset: pool, deal })
  const [appHash, workerpoolHash, requestHash] = hashes
  const detail = { appHash, datasetHash: word(0, '0'), workerpoolHash, requestHash, volume: '1' }
  page.say('OrdersMatched', { deal, detail })
}

function finalize(page: Page, { deal, task, appOwner, poolOwner, requester, worker }: Life): void {
  page.facts.tasks.set(task, { deal, index: 0n, resultsCallback: '0x' })
  const workersShare = (POOL_PRICE * 99n) / 100n
  page.say('Seize', { account: requester, amount: APP_PRICE + POOL_PRICE, task })
  reward(page, { account: appOwner, amount: APP_PRICE, task })
  unlock(page, poolOwner, POOL_STAKE)
  unlock(page, worker, WORKER_STAKE)
  reward(page, { account: worker, amount: workersShare, task })
  reward(page, { account: poolOwner, amount: POOL_PRICE - workersShare, task })
  page.say('TaskFinalize', { task, detail: { results: `0x${'7b'.repeat(64)}` } })
}

function lock(page: Page, account: Address, amount: bigint): void {
  page.say('Transfer', { account, counterparty: HUB, amount })
  page.say('Lock', { account, amount })
}

function unlock(page: Page, account: Address, amount: bigint): void {
  page.say('Transfer', { account: HUB, counterparty: account, amount })
  page.say('Unlock', { account, amount })
}

function reward(page: Page, earned: Said['Reward']): void {
  page.say('Transfer', { account: HUB, counterparty: earned.account, amount: earned.amount })
  page.say('Reward', earned)
}

/** A block while it is written. */
type Page = {
  readonly number: number
  readonly facts: WritableFacts
  readonly newTransaction: () => void
  readonly say: <Name extends EventName>(kind: Name, said: Said[Name]) => void
  readonly close: () => KnownBlock
}

type WritableFacts = {
  readonly assets: Map<Address, Facts['assets'] extends ReadonlyMap<Address, infer Value> ? Value : never>
  readonly deals: Map<Hex, DealTerms>
  readonly tasks: Map<Hex, Facts['tasks'] extends ReadonlyMap<Hex, infer Value> ? Value : never>
  readonly votes: Map<string, Facts['votes'] extends ReadonlyMap<string, infer Value> ? Value : never>
}

function openPage(number: number): Page {
  const events: MarketEvent[] = []
  const hashes: Hash[] = [word(number * 1_000, '9')]
  const facts = { assets: new Map(), deals: new Map(), tasks: new Map(), votes: new Map() }
  const timestamp = START + number
  return {
    number,
    facts,
    newTransaction: () => {
      if (events.length > 0) hashes.push(word(number * 1_000 + hashes.length, '9'))
    },
    say: (kind, said) => {
      const tx = hashes.at(-1) ?? '0x'
      events.push({ kind, logIndex: events.length, tx, ...said } as MarketEvent)
    },
    close: () => ({
      number,
      hash: word(number, 'c'),
      timestamp,
      events,
      txs: hashes.map((hash) => ({
        hash,
        block: number,
        timestamp,
        sender: NOBODY,
        receiver: HUB,
        value: toWide(0n),
        gas_limit: 1_000_000,
        gas_used: 500_000,
        gas_price: toWide(1_000_000_000n),
      })),
      facts: { ...facts, approvals: new Set() },
    }),
  }
}

/** An address or a hash of a series; the letter keeps series apart. */
function place(index: number, letter: string): Address {
  return `0x${letter}${index.toString(16).padStart(39, '0')}`
}
function word(index: number, letter: string): Hex {
  // Multiplied, so that hashes are spread as hashes are.
  const spread = (BigInt(index + 1) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn
  return `0x${letter}${spread.toString(16).padStart(16, '0')}${index.toString(16).padStart(47, '0')}`
}

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
