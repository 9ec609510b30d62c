// What is measured. Each scenario runs on a chain of its own, on which everybody has a deposit, an app, a dataset and a
// workerpool exist, and nobody has traded yet: first-time costs of accounts and scores occur once each, as in real life.
import { taskId, type TaskId } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { encodeFunctionData } from 'viem'
import { startBench, type Bench } from './bench.ts'
import {
  TEE_TAG,
  argsOfAlone,
  dealOf,
  initialize,
  match,
  signOrders,
  verifyAlone,
  verifyByThree,
  type Alone,
  type Wishes,
} from './deals.ts'
import { ALONE, CLAIMED, CREATED, MAIN, WHOLE_TASK } from './limits.ts'
import { GasRecord, type GasReport } from './record.ts'

/** Longer than any task of category M can last. */
const PAST_FINAL_DEADLINE = 10 * 3_600 + 60
const TEN = Array.from({ length: 10 }, (_, index) => BigInt(index))
const THREE = TEN.slice(0, 3)

type Scenario = (bench: Bench, record: GasRecord) => Promise<void>

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  // Ten deals, and no more: with the twelfth success the workers' scores would give their votes more weight.
  [MAIN]: async (bench, record) => {
    for (const _ of TEN) {
      const before = record.total
      await verifyDeal(bench)
      record.add(WHOLE_TASK, record.total - before)
    }
  },
  [ALONE]: async (bench) => {
    for (const _ of TEN) await verifyDealAlone(bench)
  },
  [CLAIMED]: async (bench) => {
    const tasks: TaskId[] = []
    for (const _ of TEN) tasks.push(await initialize(bench, await match(bench, await signOrders(bench))))
    await bench.passTime(PAST_FINAL_DEADLINE)
    for (const task of tasks) await bench.call({ from: 'passerby', call: 'claim', args: [task] })
  },
  [CREATED]: async (bench) => {
    for (const round of TEN) await bench.createEntries(Number(round) + 1)
  },
  'three workers, with a dataset': async (bench) => {
    for (const _ of THREE) await verifyDeal(bench, { withDataset: true })
  },
  'three workers, with a callback that writes one slot': async (bench) => {
    const callback = await bench.createReceiver()
    for (const _ of THREE) await verifyDeal(bench, { callback })
  },
  'three workers, a bag of ten tasks': async (bench) => {
    const deal = await match(bench, await signOrders(bench, { volume: 10n }))
    for (const index of TEN) await verifyByThree(bench, await initialize(bench, deal, index))
  },
  'three workers, sponsored': async (bench) => {
    for (const _ of THREE) {
      const orders = await signOrders(bench)
      await bench.call({ from: 'sponsor', call: 'sponsorMatchOrders', args: orders })
      await verifyByThree(bench, await initialize(bench, dealOf(bench, orders)))
    }
  },
  'one worker alone, in an enclave': async (bench) => {
    for (const _ of THREE) await verifyDealAlone(bench, { tag: TEE_TAG }, { hasEnclave: true })
  },
  'one worker alone, in an enclave, with a dataset and a callback that writes one slot': async (bench) => {
    const callback = await bench.createReceiver()
    const wishes = { tag: TEE_TAG, withDataset: true, callback }
    for (const _ of THREE) await verifyDealAlone(bench, wishes, { hasEnclave: true, hasCallback: true })
  },
  'the app order and the workerpool order used before': async (bench) => {
    const [app, dataset, workerpool] = await signOrders(bench, { volume: 10n })
    const requests = []
    for (const _ of TEN) requests.push((await signOrders(bench))[3])
    for (const [index, request] of requests.entries()) {
      const as = index === 0 ? 'matchOrders, the first' : 'matchOrders, each one after it'
      await bench.call({ from: 'requester', call: 'matchOrders', args: [app, dataset, workerpool, request], as })
    }
  },
  'the workerpool owned by a contract, whose operator signs and finalizes': async (bench) => {
    const operator = await bench.createPoolOperator()
    for (const _ of THREE) await verifyDeal(bench, { operator })
    for (const _ of THREE) await verifyDealAlone(bench, { operator }, { operator })
  },
  'several steps in one transaction': async (bench) => {
    for (const _ of THREE) await initializeAndVerifyAlone(bench)
    await claimTen(bench)
  },
}

/**
 * Runs every scenario, two at a time.
 *
 * @example
 * const report = await measureGas()
 * report[MAIN]?.['matchOrders']?.mean
 */
export async function measureGas(): Promise<GasReport> {
  const report: Record<string, GasReport[string]> = {}
  for (const [name, scenario] of Object.entries(SCENARIOS)) report[name] = await measure(scenario)
  return report
}

async function measure(scenario: Scenario): Promise<GasReport[string]> {
  const record = new GasRecord()
  const bench = await startBench(record)
  try {
    await scenario(bench, record)
    return record.summary()
  } finally {
    await bench.stop()
  }
}

async function verifyDeal(bench: Bench, wishes: Wishes = {}): Promise<void> {
  const deal = await match(bench, await signOrders(bench, wishes))
  await verifyByThree(bench, await initialize(bench, deal), {
    hasCallback: wishes.callback !== undefined,
    operator: wishes.operator,
  })
}

async function verifyDealAlone(bench: Bench, wishes: Wishes = {}, how: Alone = {}): Promise<void> {
  const deal = await match(bench, await signOrders(bench, { ...wishes, trust: 1n }))
  await verifyAlone(bench, await initialize(bench, deal), how)
}

async function initializeAndVerifyAlone(bench: Bench): Promise<void> {
  const deal = await match(bench, await signOrders(bench, { trust: 1n }))
  const args = await argsOfAlone(bench, taskId(deal, 0n))
  const steps = [
    encodeFunctionData({ abi: hubAbi, functionName: 'initialize', args: [deal, 0n] }),
    encodeFunctionData({ abi: hubAbi, functionName: 'contributeAndFinalize', args }),
  ]
  const as = 'multicall of initialize and contributeAndFinalize'
  await bench.call({ from: 'worker1', call: 'multicall', args: [steps], as })
}

async function claimTen(bench: Bench): Promise<void> {
  const [first, second] = [
    await match(bench, await signOrders(bench, { volume: 10n })),
    await match(bench, await signOrders(bench, { volume: 10n })),
  ]
  const as = 'initializeArray of 10'
  await bench.call({ from: 'scheduler', call: 'initializeArray', args: [TEN.map(() => first), TEN], as })
  await bench.passTime(PAST_FINAL_DEADLINE)

  const tasks = TEN.map((index) => taskId(first, index))
  await bench.call({ from: 'passerby', call: 'claimArray', args: [tasks], as: 'claimArray of 10' })
  await bench.call({
    from: 'passerby',
    call: 'initializeAndClaimArray',
    args: [TEN.map(() => second), TEN],
    as: 'initializeAndClaimArray of 10',
  })
}
