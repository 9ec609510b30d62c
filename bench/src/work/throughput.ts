// `pnpm bench throughput`: how many tasks a second four workers carry, and whether the chain, the engine or we are the limit; how
// many places a second a scheduler gives, and to how many workers.
import { availableParallelism } from 'node:os'
import { FIRST_WORKER, type Service } from '@iexec/network/test/startNetwork'
import { accountOf, keyOf } from '@iexec/chain/test/anvil'
import { startSchedulerProcess } from '@iexec/scheduler/test/process'
import { PEOPLE, RLC, createWorkerpool, deposit, startChainWithMarket, type TestChain } from '@iexec/service/test/chain'
import { familyTime, memoryOf, processorTime } from '../process.ts'
import type { Figure, Report } from '../report.ts'
import { makeDeal, measureChain, type ChainPace } from './chain.ts'
import { openWorkHouse, type WorkHouse } from './house.ts'
import { startLightWorkers } from './lightWorkers.ts'
import { observe } from './observer.ts'
import { measureEngine, type Pace } from './overhead.ts'

/** How large the run is. */
export type ThroughputSize = {
  /** Tasks of one deal. */
  readonly tasks: number
  /** Simulated workers. */
  readonly workers: number
  /** Places that the simulated workers are given. */
  readonly places: number
}

const WORKERS = 4
/** Seconds from one block to the next. */
const BLOCK_S = 1
const PLACES = 4
/** As many tasks at most as the baselines take part in. */
const MOST_FOR_BASELINES = 400
const MOST_MEMORY_MIB = 500

/** Runs the benchmark on networks of its own. */
export async function benchThroughput(size: ThroughputSize): Promise<Report> {
  const alone = await measureAlone(size)
  const house = await openWorkHouse({ workers: WORKERS, places: PLACES, volume: size.tasks, blockS: BLOCK_S })
  try {
    const figures = await measureTogether(house, size.tasks, alone)
    return { benchmark: 'throughput', size, figures }
  } finally {
    await house.stop()
  }
}

/**
 * The engine alone, the chain alone, and a scheduler with simulated workers.
 *
 * @example
 * await measureAlone({ tasks: 1_000, workers: 1_000, places: 6_000 })
 */
export async function measureAlone(size: ThroughputSize): Promise<BenchedAlone> {
  const some = Math.min(size.tasks, MOST_FOR_BASELINES)
  const engine = await measureEngine(some)
  const { chain, figures } = await measureScheduler(size, some)
  return { engine, chain, places: figures }
}

/** What is measured before the house is there. */
export type BenchedAlone = Alone & { readonly places: readonly Figure[] }

/**
 * One deal of many tasks on all workers of a house with one-second blocks, beside what was measured alone.
 *
 * @example
 * await measureTogether(house, 1_000, await measureAlone(size))
 */
export async function measureTogether(
  house: WorkHouse,
  tasks: number,
  { places, ...alone }: BenchedAlone,
): Promise<readonly Figure[]> {
  return [...(await measureTasks(house, tasks, alone)), ...places]
}

/** What engine and chain do alone, per run and per transaction. */
type Alone = { readonly chain: ChainPace; readonly engine: Pace }

async function measureTasks(house: WorkHouse, tasks: number, alone: Alone): Promise<readonly Figure[]> {
  const { market, services } = house.network
  const observer = await observe(market.anvil.url, market.addresses.hub)
  const finished = (): number => observer.events.filter(({ name }) => name === 'TaskFinalize').length
  const parts: Readonly<Record<string, readonly number[]>> = {
    'the chain': [market.anvil.pid],
    'the scheduler': [services.scheduler.pid()],
    workers: services.workers.map((worker: Service) => worker.pid()),
    'the storage': [services.storage.pid()],
    'the market': [services.market.pid()],
  }
  const usage = (): readonly number[] =>
    Object.values(parts).map((pids) => pids.reduce((sum, pid) => sum + familyTime(pid), 0))
  const before = { cpu: usage(), transactions: await countTransactions(house) }
  await house.buy({ trust: 1n, volume: tasks })
  const begin = performance.now()
  await observer.until(() => finished() >= tasks, `the end of ${tasks} tasks`)
  const seconds = (performance.now() - begin) / 1_000
  observer.close()
  const cpu = usage().map((ms, place) => ms - (before.cpu[place] ?? 0))
  const transactions = (await countTransactions(house)) - before.transactions
  const { gasLimit } = await market.owner.getBlock()
  return [
    ...rates(tasks / seconds, transactions / seconds, { ...alone, gasLimit: Number(gasLimit) }),
    ...shares(new Map(Object.keys(parts).map((name, place) => [name, (cpu[place] ?? 0) / tasks])), alone),
    { name: 'memory of the scheduler, at most', value: memoryOf(services.scheduler.pid()).peak, unit: 'MiB' },
  ]
}

/** Who could be the limit, and what each of them would allow. */
function rates(
  tasks: number,
  transactions: number,
  { chain, engine, gasLimit }: Alone & { readonly gasLimit: number },
): readonly Figure[] {
  const fitting = gasLimit / chain.gas / BLOCK_S
  return [
    {
      name: 'tasks',
      value: tasks,
      unit: '1/s',
      baseline: { name: 'bare runs of the engine', value: engine.perSecond },
    },
    {
      name: 'transactions, beside the node',
      value: transactions,
      unit: '1/s',
      baseline: { name: 'the node alone, each mined at once', value: chain.perSecond },
    },
    {
      name: 'transactions, beside the blocks',
      value: transactions,
      unit: '1/s',
      baseline: { name: 'what fits into its blocks', value: fitting },
    },
  ]
}

/** Who uses the processors: what takes most of them is the limit of whoever has only so many. */
function shares(cpu: ReadonlyMap<string, number>, { chain, engine }: Alone): readonly Figure[] {
  const sum = [...cpu.values()].reduce((total, ms) => total + ms, 0)
  const all = { name: 'all', value: sum }
  return [
    timeOf('all', sum, { name: 'engine and chain alone', value: engine.cpuMs + chain.cpuMs }),
    timeOf('the engine, as in bare runs', engine.cpuMs, all),
    ...[...cpu].map(([name, ms]) => {
      if (name === 'workers') return timeOf('workers beside their engines', ms - engine.cpuMs, all)
      return timeOf(name, ms, name === 'the chain' ? { name: 'the chain alone', value: chain.cpuMs } : all)
    }),
  ]
}

function timeOf(name: string, value: number, baseline: NonNullable<Figure['baseline']>): Figure {
  return { name: `processor time per task: ${name}`, value, unit: 'ms', baseline }
}

/** Transactions that workers and scheduler have had mined. */
async function countTransactions({ network, chain }: WorkHouse): Promise<number> {
  const workers = network.services.workers.map((_, place) => accountOf(FIRST_WORKER + place).address)
  const counts = await Promise.all(
    [...workers, chain.address('scheduler')].map(async (address) =>
      network.market.owner.getTransactionCount({ address }),
    ),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** The scheduler with simulated workers, and before it the chain without anybody. */
async function measureScheduler(
  size: ThroughputSize,
  tasks: number,
): Promise<{ readonly chain: ChainPace; readonly figures: readonly Figure[] }> {
  const chain = await startChainWithMarket()
  try {
    for (const person of ['requester', 'scheduler', 'worker1', 'worker2', 'worker3', 'worker4'] as const)
      await deposit(chain, person, 1_000n * RLC)
    const alone = await measureChain(chain, { pool: await createWorkerpool(chain), tasks })
    return { chain: alone, figures: await measurePlaces(chain, size) }
  } finally {
    await chain.stop()
  }
}

async function measurePlaces(chain: TestChain, { workers: count, places }: ThroughputSize): Promise<readonly Figure[]> {
  const pool = await createWorkerpool(chain)
  const { hub } = chain.contracts
  const scheduler = await startSchedulerProcess({ rpc: chain.url, hub, pool, key: keyOf(PEOPLE.scheduler) })
  let taken = 0
  const { promise: all, resolve } = Promise.withResolvers<undefined>()
  const onTaken = (): void => {
    taken += 1
    if (taken >= places) resolve(undefined)
  }
  const workers = await startLightWorkers({ url: scheduler.url, count, places: 2, onTaken })
  try {
    const idle = memoryOf(scheduler.pid).whole
    const before = processorTime(scheduler.pid)
    await makeDeal(chain, { pool, volume: BigInt(places) })
    const begin = performance.now()
    await all
    const ms = performance.now() - begin
    const cpu = processorTime(scheduler.pid) - before
    const own = availableParallelism()
    return [
      {
        name: `places given to ${count} simulated workers`,
        value: (places / ms) * 1_000,
        unit: '1/s',
        target: { value: 300, better: 'higher' },
      },
      { name: 'processor time of the scheduler, per place', value: cpu / places, unit: 'ms' },
      { name: `share of ${own} processors`, value: (cpu / (ms * own)) * 100, unit: '%' },
      { name: `memory of the scheduler with ${count} idle workers`, value: idle, unit: 'MiB', target: MEMORY },
      {
        name: `memory with ${places} places given, at most`,
        value: memoryOf(scheduler.pid).peak,
        unit: 'MiB',
        target: MEMORY,
      },
    ]
  } finally {
    workers.stop()
    await scheduler.stop()
  }
}

const MEMORY: NonNullable<Figure['target']> = { value: MOST_MEMORY_MIB, better: 'lower' }
