// `pnpm bench latency`: how long a requester waits after his deal is in a block, in which block each step lands, and what running
// a task costs beside running its container or its module alone.
import { taskId, workerWeight, workersNeeded, type DealId } from '@iexec/protocol'
import { FIRST_WORKER } from '@iexec/network/test/startNetwork'
import { hubAbi } from '@iexec/protocol/abi'
import { accountOf } from '@iexec/chain/test/anvil'
import { percentile, type Figure, type Report } from '../report.ts'
import { openWorkHouse, type WorkHouse } from './house.ts'
import { observe, type Observer, type SeenEvent } from './observer.ts'
import { measureOverheads } from './overhead.ts'

/** How large the run is. */
export type LatencySize = {
  /** Deals of each kind, one after the other. */
  readonly deals: number
  /** Runs of a container and of a module, of each kind. */
  readonly runs: number
}

const WORKERS = 3
/** Seconds from one block to the next. */
const BLOCK_S = 1

/** Runs the benchmark on a network of its own. */
export async function benchLatency({ deals, runs }: LatencySize): Promise<Report> {
  const overheads = await measureOverheads(runs)
  const house = await openWorkHouse({ workers: WORKERS, blockS: BLOCK_S })
  try {
    return {
      benchmark: 'latency',
      size: { deals, runs },
      figures: [...(await measureDeals(house, deals)), ...overheads],
    }
  } finally {
    await house.stop()
  }
}

/**
 * Follows so many deals of each kind, block by block.
 *
 * @param house of three workers and one-second blocks
 * @example
 * await measureDeals(await openWorkHouse({ workers: 3, blockS: 1 }), 40)
 */
export async function measureDeals(house: WorkHouse, deals: number): Promise<readonly Figure[]> {
  const { market } = house.network
  const observer = await observe(market.anvil.url, market.addresses.hub)
  try {
    const together = await measure(house, observer, { ...ALL_WORKERS, deals })
    return [...together, ...(await measure(house, observer, { ...ONE_WORKER, deals }))]
  } finally {
    observer.close()
  }
}

/** A way through the chain. */
type Path = {
  readonly name: string
  readonly trustOf: (house: WorkHouse) => Promise<bigint>
  /** In the order of the blocks in which they have to be, the first one in the block after the deal. */
  readonly steps: readonly { readonly words: string; readonly event: string }[]
  /** Seconds. */
  readonly asked: { readonly p50: number; readonly p95?: number }
}

const ALL_WORKERS: Path = {
  name: `${WORKERS} workers`,
  trustOf: trustOfAll,
  steps: [
    { words: 'initialize', event: 'TaskInitialize' },
    { words: 'the last vote', event: 'TaskContribute' },
    { words: 'the last reveal', event: 'TaskReveal' },
    { words: 'finalize', event: 'TaskFinalize' },
  ],
  asked: { p50: 4.6, p95: 6 },
}

const ONE_WORKER: Path = {
  name: 'trust 1',
  trustOf: async () => 1n,
  steps: [{ words: 'all in one', event: 'TaskFinalize' }],
  asked: { p50: 1.6 },
}

/**
 * The highest trust that the workers reach all together: less than all of them is never enough for it. Their scores grow with each
 * success, and it with them.
 */
async function trustOfAll({ network, chain }: WorkHouse): Promise<bigint> {
  const { owner } = network.market
  const workers = Array.from({ length: WORKERS }, (_, place) => accountOf(FIRST_WORKER + place).address)
  const view = { address: chain.contracts.hub, abi: hubAbi, functionName: 'viewScore' } as const
  const scores = await Promise.all(workers.map(async (worker) => owner.readContract({ ...view, args: [worker] })))
  const trust = scores.map(workerWeight).reduce((product, weight) => product * weight, 1n)
  const needed = workersNeeded(
    trust,
    scores.toSorted((one, other) => Number(other - one)),
  )
  if (needed !== WORKERS) throw new Error(`Trust ${trust} needs ${needed} workers, and it has to need ${WORKERS}.`)
  return trust
}

type Run = Path & { readonly deals: number }

async function measure(house: WorkHouse, observer: Observer, run: Run): Promise<readonly Figure[]> {
  const traces: Trace[] = []
  for (let n = 0; n < run.deals; n += 1) {
    const deal = await house.buy({ trust: await run.trustOf(house), volume: 1 })
    traces.push(await follow(observer, deal, run))
  }
  return [...waits(run, traces), ...run.steps.flatMap((step, place) => stepFigures(run, { ...step, place }, traces))]
}

/** What became of one deal. */
type Trace = {
  /** From the arrival of the deal's block to that of the block with the end, and between their timestamps; both in seconds. */
  readonly seenS: number
  readonly stampedS: number
  readonly steps: readonly StepTrace[]
}

/** A step: how many blocks behind the deal, and how long after the block that allowed it its transaction was in the pool. */
type StepTrace = { readonly blocks: number; readonly pooledMs: number }

async function follow(observer: Observer, deal: DealId, { steps }: Path): Promise<Trace> {
  const task = taskId(deal, 0n)
  const ofTask = (event: string): readonly SeenEvent[] =>
    observer.events.filter(({ name, taskId: id }) => name === event && id === task)
  await observer.until(() => ofTask('TaskFinalize').length > 0, `the end of the task of deal ${deal}`)
  const matched = observer.deals.get(deal)
  const finalized = last(ofTask('TaskFinalize'))
  await observer.until(() => observer.blocks.has(finalized.block), `block ${finalized.block}`)
  if (matched === undefined) throw new Error(`Nobody saw the deal ${deal}.`)
  const [from, to] = [observer.blocks.get(matched), observer.blocks.get(finalized.block)]
  if (from === undefined || to === undefined) throw new Error(`Nobody saw the blocks of the deal ${deal}.`)
  let allowed = matched
  const traced = steps.map(({ event }) => {
    const trace = traceStep(observer, ofTask(event), { matched, allowed })
    allowed = matched + trace.blocks
    return trace
  })
  return {
    seenS: (to.arrivedMs - from.arrivedMs) / 1_000,
    stampedS: to.timestamp - from.timestamp,
    steps: traced,
  }
}

function traceStep(
  { blocks, pooledMs }: Observer,
  events: readonly SeenEvent[],
  { matched, allowed }: { readonly matched: number; readonly allowed: number },
): StepTrace {
  const allowedMs = blocks.get(allowed)?.arrivedMs ?? Number.NaN
  const pooled = events.map(({ transaction }) => (pooledMs.get(transaction) ?? Number.NaN) - allowedMs)
  return { blocks: last(events).block - matched, pooledMs: Math.max(...pooled) }
}

function last(events: readonly SeenEvent[]): SeenEvent {
  const event = events.at(-1)
  if (event === undefined) throw new Error('A step of the task was not seen.')
  return event
}

function waits({ name, steps, asked }: Run, traces: readonly Trace[]): readonly Figure[] {
  const seen = traces.map(({ seenS }) => seenS)
  const stamped = traces.map(({ stampedS }) => stampedS)
  const baseline = { name: `its ${steps.length} blocks`, value: steps.length * BLOCK_S }
  return [
    ...percentiles(`${name}: from the deal's block to the end`, { samples: seen, unit: 's', baseline }, asked),
    ...percentiles(`${name}: the same by the chain's timestamps`, { samples: stamped, unit: 's', baseline }),
  ]
}

function stepFigures(
  { name }: Run,
  { words, place }: { readonly words: string; readonly place: number },
  traces: readonly Trace[],
): readonly Figure[] {
  const steps = traces.flatMap(({ steps: all }) => all[place] ?? [])
  const floor = { name: 'the first that can be', value: place + 1 }
  const time = { name: 'until the next block', value: BLOCK_S * 1_000 }
  const [blocks, pooled] = [steps.map((step) => step.blocks), steps.map(({ pooledMs }) => pooledMs)]
  return [
    ...percentiles(`${name}: block of ${words}`, { samples: blocks, unit: '', baseline: floor }),
    ...percentiles(`${name}: ${words} sent after`, { samples: pooled, unit: 'ms', baseline: time }),
  ]
}

type Sampled = { readonly samples: readonly number[] } & Pick<Figure, 'unit' | 'baseline'>

function percentiles(
  name: string,
  { samples, ...rest }: Sampled,
  asked: Partial<Path['asked']> = {},
): readonly Figure[] {
  return ([50, 95] as const).map((share) => {
    const figure: Figure = { name: `${name}, p${share}`, value: percentile(samples, share / 100), ...rest }
    const value = asked[`p${share}`]
    return value === undefined ? figure : { ...figure, target: { value, better: 'lower' } }
  })
}
