// What a chain alone does with the transactions of single-worker tasks: signed beforehand, given to it all at once.
import { NO_CHALLENGE, authorizationHash, encodeResultLink, ipfsLink, taskId, type DealId } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { buyTasks, createApp, type Person, type TestChain } from '@iexec/service/test/chain'
import { familyTime } from '../process.ts'
import type { Pace } from './overhead.ts'
import { encodeFunctionData, keccak256, stringToHex, type Address, type Hex } from 'viem'

const WORKERS: readonly Person[] = ['worker1', 'worker2', 'worker3', 'worker4']
const GAS = 1_000_000n
const CID = 'QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ'

/** How fast a chain is alone. */
export type ChainPace = Pace & { readonly gas: number }

/**
 * How many tasks a second a node initializes and finalizes when nobody computes, talks or asks and each transaction is mined at
 * once, what each costs it, and how much gas each takes.
 *
 * @param pool belongs to the scheduler of the chain's people, and nobody works for it
 * @example
 * await measureChain(chain, { pool, tasks: 200 }) // { perSecond: 412, cpuMs: 2.1, gas: 460_000 }
 */
export async function measureChain(
  chain: TestChain,
  { pool, tasks }: { readonly pool: Address; readonly tasks: number },
): Promise<ChainPace> {
  const deal = await makeDeal(chain, { pool, volume: BigInt(tasks) })
  const nonces = await Promise.all(
    WORKERS.map(async (worker) => chain.client(worker).getTransactionCount({ address: chain.address(worker) })),
  )
  const signed = await Promise.all(
    Array.from({ length: tasks }, async (_, index) => {
      const place = index % WORKERS.length
      const nonce = (nonces[place] ?? 0) + Math.floor(index / WORKERS.length)
      return signTask(chain, { deal, index, worker: WORKERS[place] ?? 'worker1', nonce })
    }),
  )
  const { pid } = chain.market.anvil
  const [begin, cpu] = [performance.now(), familyTime(pid)]
  const hashes = await Promise.all(
    signed.map(async (serializedTransaction) => chain.client('stranger').sendRawTransaction({ serializedTransaction })),
  )
  const receipts = await Promise.all(
    hashes.map(async (hash) => chain.client('stranger').waitForTransactionReceipt({ hash })),
  )
  const ms = performance.now() - begin
  const failed = receipts.filter(({ status }) => status !== 'success').length
  if (failed > 0) throw new Error(`Of ${tasks} transactions ${failed} failed.`)
  const gas = receipts.reduce((sum, { gasUsed }) => sum + Number(gasUsed), 0) / tasks
  return { perSecond: (tasks / ms) * 1_000, cpuMs: (familyTime(pid) - cpu) / tasks, gas }
}

/**
 * A deal of many tasks for a single worker each.
 *
 * @example
 * await makeDeal(chain, { pool, volume: 1_000n })
 */
export async function makeDeal(
  chain: TestChain,
  { pool, volume }: { readonly pool: Address; readonly volume: bigint },
): Promise<DealId> {
  const app = await createApp(chain, { type: 'WASM' })
  return buyTasks(chain, { app, workerpool: pool, volume })
}

type Turn = { readonly deal: DealId; readonly index: number; readonly worker: Person; readonly nonce: number }

/** The transaction of one worker for one task: initialize, contribute and finalize. */
async function signTask(chain: TestChain, { deal, index, worker: person, nonce }: Turn): Promise<Hex> {
  const worker = chain.client(person)
  const task = taskId(deal, BigInt(index))
  const raw = authorizationHash(worker.account.address, task, NO_CHALLENGE)
  const authorization = await chain.client('scheduler').account.signMessage({ message: { raw } })
  const results = encodeResultLink(ipfsLink(CID))
  const digest = keccak256(stringToHex('nothing'))
  const calls = [
    encodeFunctionData({ abi: hubAbi, functionName: 'initialize', args: [deal, BigInt(index)] }),
    encodeFunctionData({
      abi: hubAbi,
      functionName: 'contributeAndFinalize',
      args: [task, digest, results, '0x', NO_CHALLENGE, '0x', authorization],
    }),
  ]
  return worker.account.signTransaction({
    chainId: chain.chainId,
    type: 'eip1559',
    to: chain.contracts.hub,
    data: encodeFunctionData({ abi: hubAbi, functionName: 'multicall', args: [calls] }),
    gas: GAS,
    maxFeePerGas: 10_000_000_000n,
    maxPriorityFeePerGas: 1n,
    nonce,
  })
}
