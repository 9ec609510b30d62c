// Compares every row of the tables with what the chain itself says: the one judge of an indexer.
import { appRegistryAbi, hubAbi } from '@iexec/protocol/abi'
import { fromWide } from '@iexec/service'
import type { TestChain } from '@iexec/service/test/chain'
import { getAddress, type Address } from 'viem'
import { readContract } from 'viem/actions'
import type { Reader } from '../src/db/database.ts'
import type { AssetTable, ChainOrderTable, DealTable, TaskTable } from '../src/db/schema.ts'

/** What a row says, and what the chain says; equal objects when all is well. */
export type Comparison = { readonly rows: readonly unknown[]; readonly chain: readonly unknown[] }

const NOBODY = '0x0000000000000000000000000000000000000000'
const TASK_STATUSES = ['unset', 'active', 'revealing', 'completed', 'failed']
const CONTRIBUTION_STATUSES = ['unset', 'contributed', 'proved', 'rejected']

/**
 * Reads every row of the tables of the chain and asks the hub's views for the same.
 *
 * @example
 * const { rows, chain: said } = await compareWithChain(database.read, chain)
 * expect(rows).toEqual(said)
 */
export async function compareWithChain(read: Reader, chain: TestChain): Promise<Comparison> {
  const pairs = [
    ...(await compareAccounts(read, chain)),
    ...(await compareAssets(read, chain)),
    ...(await compareCategories(read, chain)),
    ...(await compareDeals(read, chain)),
    ...(await compareTasks(read, chain)),
    ...(await compareContributions(read, chain)),
    ...(await compareOrders(read, chain)),
    ...(await compareTotal(read, chain)),
  ]
  return { rows: pairs.map(({ row }) => row), chain: pairs.map(({ said }) => said) }
}

type Pair = { readonly row: unknown; readonly said: unknown }

// The views have many types of answers; what matters here is whether they equal the rows.
type View = Readonly<Record<string, unknown>>

async function ask<Answer>(chain: TestChain, functionName: string, args: readonly unknown[]): Promise<Answer> {
  const question = { address: chain.contracts.hub, abi: hubAbi, functionName, args } as never
  return (await readContract(chain.market.owner, question)) as Answer
}

async function compareAccounts(read: Reader, chain: TestChain): Promise<readonly Pair[]> {
  const rows = await read.selectFrom('account').selectAll().execute()
  return Promise.all(
    rows.map(async ({ address, stake, locked, score }) => ({
      row: { address, stake: fromWide(stake), locked: fromWide(locked), score: fromWide(score) },
      said: {
        address,
        ...(await ask<View>(chain, 'viewAccount', [address])),
        score: await ask<bigint>(chain, 'viewScore', [address]),
      },
    })),
  )
}

async function compareAssets(read: Reader, chain: TestChain): Promise<readonly Pair[]> {
  const rows = await read.selectFrom('asset').selectAll().execute()
  return Promise.all(rows.map(async (row) => ({ row: plainAsset(row), said: await saidOfAsset(chain, row) })))
}

function plainAsset(row: AssetTable): unknown {
  const { address, kind, owner, name, app_type, multiaddr, checksum, mrenclave } = row
  const { worker_stake_ratio, scheduler_reward_ratio } = row
  const policy = [worker_stake_ratio, scheduler_reward_ratio].map((one) => (one === null ? null : fromWide(one)))
  return { address, kind, owner: getAddress(owner), name, app_type, multiaddr, checksum, mrenclave, policy }
}

async function saidOfAsset(chain: TestChain, { address, kind }: AssetTable): Promise<unknown> {
  const registry = chain.contracts.registries[kind][0] ?? NOBODY
  const args = [BigInt(address)] as const
  const owner = await readContract(chain.market.owner, {
    address: registry,
    abi: appRegistryAbi,
    functionName: 'ownerOf',
    args,
  })
  const view = await ask<View>(chain, { app: 'viewApp', dataset: 'viewDataset', workerpool: 'viewWorkerpool' }[kind], [
    address,
  ])
  const policy = [view['m_workerStakeRatioPolicy'] ?? null, view['m_schedulerRewardRatioPolicy'] ?? null]
  return {
    address,
    kind,
    owner,
    name: view['m_appName'] ?? view['m_datasetName'] ?? view['m_workerpoolDescription'],
    app_type: view['m_appType'] ?? null,
    multiaddr: view['m_appMultiaddr'] ?? view['m_datasetMultiaddr'] ?? null,
    checksum: view['m_appChecksum'] ?? view['m_datasetChecksum'] ?? null,
    mrenclave: view['m_appMREnclave'] ?? null,
    policy,
  }
}

async function compareCategories(read: Reader, chain: TestChain): Promise<readonly Pair[]> {
  const rows = await read.selectFrom('category').selectAll().orderBy('id').execute()
  const count = await ask<bigint>(chain, 'countCategory', [])
  const pairs = rows.map(async ({ id, name, description, work_clock_time_ref }) => ({
    row: { name, description, workClockTimeRef: BigInt(work_clock_time_ref) },
    said: await ask<View>(chain, 'viewCategory', [BigInt(id)]),
  }))
  return [{ row: BigInt(rows.length), said: count }, ...(await Promise.all(pairs))]
}

async function compareDeals(read: Reader, chain: TestChain): Promise<readonly Pair[]> {
  const rows = await read.selectFrom('deal').selectAll().execute()
  return Promise.all(
    rows.map(async (row) => ({ row: plainDeal(row), said: await ask<View>(chain, 'viewDeal', [row.id]) })),
  )
}

function sold(pointer: Address | null, owner: Address | null, price: bigint): unknown {
  return { pointer: getAddress(pointer ?? NOBODY), owner: getAddress(owner ?? NOBODY), price }
}

function plainDeal(row: DealTable): unknown {
  return {
    app: sold(row.app, row.app_owner, fromWide(row.app_price)),
    dataset: sold(row.dataset, row.dataset_owner, fromWide(row.dataset_price)),
    workerpool: sold(row.workerpool, row.workerpool_owner, fromWide(row.workerpool_price)),
    trust: fromWide(row.trust),
    category: BigInt(row.category),
    tag: row.tag,
    requester: getAddress(row.requester),
    beneficiary: getAddress(row.beneficiary),
    callback: getAddress(row.callback),
    params: row.params,
    startTime: BigInt(row.start_time),
    botFirst: BigInt(row.bot_first),
    botSize: BigInt(row.bot_size),
    workerStake: fromWide(row.worker_stake),
    schedulerRewardRatio: BigInt(row.scheduler_reward_ratio),
    sponsor: getAddress(row.sponsor),
  }
}

async function compareTasks(read: Reader, chain: TestChain): Promise<readonly Pair[]> {
  const rows = await read.selectFrom('task').selectAll().execute()
  return Promise.all(
    rows.map(async (row) => {
      const workers = await read
        .selectFrom('contribution')
        .select('worker')
        .where('task', '=', row.id)
        .orderBy('block')
        .orderBy('log_index')
        .execute()
      const { results, resultsCallback, ...view } = await ask<View>(chain, 'viewTask', [row.id])
      return {
        row: plainTask(
          row,
          workers.map(({ worker }) => getAddress(worker)),
        ),
        said: {
          id: row.id,
          status: TASK_STATUSES[Number(view['status'])],
          dealid: view['dealid'],
          idx: view['idx'],
          contributionDeadline: view['contributionDeadline'],
          revealDeadline: view['revealDeadline'],
          finalDeadline: view['finalDeadline'],
          consensusValue: view['consensusValue'],
          contributors: view['contributors'],
          resultDigest: view['resultDigest'],
          results,
          resultsCallback,
        },
      }
    }),
  )
}

const NO_HASH = `0x${'0'.repeat(64)}`

function plainTask(row: TaskTable, contributors: readonly Address[]): unknown {
  return {
    id: row.id,
    status: row.status,
    dealid: row.deal,
    idx: BigInt(row.idx),
    contributionDeadline: BigInt(row.contribution_deadline),
    revealDeadline: BigInt(row.reveal_deadline ?? 0),
    finalDeadline: BigInt(row.final_deadline),
    consensusValue: row.consensus ?? NO_HASH,
    contributors,
    resultDigest: row.result_digest ?? NO_HASH,
    results: row.results ?? '0x',
    resultsCallback: row.results_callback ?? '0x',
  }
}

async function compareContributions(read: Reader, chain: TestChain): Promise<readonly Pair[]> {
  const rows = await read.selectFrom('contribution').selectAll().execute()
  return Promise.all(
    rows.map(async ({ task, worker, status, hash, seal, challenge, weight }) => {
      const view = await ask<View>(chain, 'viewContribution', [task, worker])
      return {
        row: { task, worker, status, hash, seal, challenge: getAddress(challenge), weight: fromWide(weight) },
        said: {
          task,
          worker,
          status: CONTRIBUTION_STATUSES[Number(view['status'])],
          hash: view['resultHash'],
          seal: view['resultSeal'],
          challenge: view['enclaveChallenge'],
          weight: view['weight'],
        },
      }
    }),
  )
}

async function compareOrders(read: Reader, chain: TestChain): Promise<readonly Pair[]> {
  const rows = await read.selectFrom('chain_order').selectAll().execute()
  return Promise.all(rows.map(async (row) => compareOrder(chain, row)))
}

async function compareOrder(chain: TestChain, row: ChainOrderTable): Promise<Pair> {
  const { hash, closed, presigned } = row
  const consumed = await ask<bigint>(chain, 'viewConsumed', [hash])
  const isPresigned = (await ask<Address>(chain, 'viewPresigned', [hash])) !== NOBODY
  // A closed order counts as consumed on chain, by its whole volume, which no event tells.
  const isClosed = closed === 1 && consumed >= fromWide(row.consumed)
  return {
    row: { hash, consumed: fromWide(row.consumed), isPresigned: presigned === 1 },
    said: { hash, consumed: isClosed ? fromWide(row.consumed) : consumed, isPresigned },
  }
}

async function compareTotal(read: Reader, chain: TestChain): Promise<readonly Pair[]> {
  const total = await read.selectFrom('total').selectAll().executeTakeFirst()
  const count = async (status?: 'completed' | 'failed'): Promise<number> => {
    const all = read.selectFrom('task').select(({ fn }) => fn.countAll<number>().as('count'))
    const { count: found } = await (
      status === undefined ? all : all.where('status', '=', status)
    ).executeTakeFirstOrThrow()
    return found
  }
  const supply = await ask<bigint>(chain, 'totalSupply', [])
  return [
    {
      row: { tvl: fromWide(total?.tvl ?? ('0' as never)), completed: total?.completed, claimed: total?.claimed },
      said: { tvl: supply, completed: await count('completed'), claimed: await count('failed') },
    },
  ]
}
