// Reads the match that made a deal: its orders, and who owned, sold and allowed what at that moment, by events of before.
import { ORDER_TYPE_NAMES, type OrderHash, type OrderKind, type Signed, type WorkerpoolPolicy } from '@iexec/protocol'
import { hexToBigInt, hexToNumber, pad, type Address, type Hex } from 'viem'
import { ask } from '../call/readContract.ts'
import { registryOf, type AssetKind } from '../asset/kind.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { MATCH_ABI } from '../order/hubOrders.ts'
import type { SignedMatch } from '../order/readMatchState.ts'
import type { ShownTask } from '../task/showTask.ts'
import type { MatchHistory, MatchedOrders } from './evidence.ts'
import { readCalls } from './readCalls.ts'
import { decodeLog, isBefore, readBlock, readLogs, topicOf, type HubEvent, type RpcLog } from './readLogs.ts'

const KINDS: readonly OrderKind[] = ['app', 'dataset', 'workerpool', 'request']

/** What a workerpool has before its owner changes anything, in percent: a part of the code of each. */
const FIRST_POLICY: WorkerpoolPolicy = { workerStakeRatio: 30n, schedulerRewardRatio: 1n }

/**
 * The match of a deal.
 *
 * @param from the first block of its second
 * @throws IexecError `BadAnswer` when the node does not tell of it, `ChainUnreachable`
 */
export async function readMatch(context: Context, { deal }: ShownTask, from: bigint): Promise<MatchedOrders> {
  const to = await lastBlockOf(context, from)
  const logs = await readLogs(context, { from, to, topics: [topicOf('OrdersMatched')] })
  for (const log of logs) {
    const event = decodeLog(log)
    if (event?.word('deal') === deal.id) return describeMatch(context, { deal, log, event })
  }
  throw new IexecError('BadAnswer', `The node does not tell of the match of the deal ${deal.id}.`, {
    hints: ['Ask a node that gives events of old blocks.'],
    details: { dealid: deal.id },
  })
}

type FoundMatch = { readonly deal: ShownTask['deal']; readonly log: RpcLog; readonly event: HubEvent }

async function describeMatch(context: Context, { deal, log, event }: FoundMatch): Promise<MatchedOrders> {
  const match: Place = { block: hexToBigInt(log.blockNumber), logIndex: hexToNumber(log.logIndex) }
  const hashOf = (kind: OrderKind): OrderHash => event.word(kind) as OrderHash
  const hashes = {
    app: hashOf('app'),
    dataset: hashOf('dataset'),
    workerpool: hashOf('workerpool'),
    request: hashOf('request'),
  }
  const [{ at }, made, app, dataset, workerpool, changed, history] = await Promise.all([
    readBlock(context, match.block),
    readOrders(context, log.transactionHash, deal),
    readOwner(context, { kind: 'app', asset: deal.app.pointer, match }),
    readOwner(context, { kind: 'dataset', asset: deal.dataset.pointer, match }),
    readOwner(context, { kind: 'workerpool', asset: deal.workerpool.pointer, match }),
    readPolicy(context, deal.workerpool.pointer, match),
    readHistory(context, { hashes, category: deal.category, match }),
  ])
  return {
    hashes,
    volume: event.amount,
    at,
    txHash: log.transactionHash,
    orders: made?.orders,
    payer: made?.payer,
    owners: { app, dataset, workerpool },
    // Of a workerpool of an earlier registry only what it tells is known.
    policy: changed ?? (workerpool === undefined ? undefined : FIRST_POLICY),
    history,
    contracts: await findContracts(context, namedBy(deal, made?.orders)),
  }
}

type Place = { readonly block: bigint; readonly logIndex: number }

/** The last block of the second that begins with a block: some chains make several in one. */
async function lastBlockOf(context: Context, first: bigint): Promise<bigint> {
  const [{ at }, { number: youngest }] = await Promise.all([readBlock(context, first), readBlock(context, 'latest')])
  let last = first
  while (last < youngest && (await readBlock(context, last + 1n)).at === at) last += 1n
  return last
}

type Made = { readonly orders: SignedMatch; readonly payer: Address }

/** The orders of a transaction that called the hub by itself, for the request of this deal: it may have made several at once. */
async function readOrders(context: Context, hash: Hex, deal: ShownTask['deal']): Promise<Made | undefined> {
  const { from, calls } = await readCalls(context, hash, MATCH_ABI)
  const [call, another] = calls
  // Whose orders made which deal is not told when there are several.
  if (call === undefined || another !== undefined) return undefined
  const [app, dataset, workerpool, request] = call.args as readonly [
    Omit<Signed<'app'>, 'kind'>,
    Omit<Signed<'dataset'>, 'kind'>,
    Omit<Signed<'workerpool'>, 'kind'>,
    Omit<Signed<'request'>, 'kind'>,
  ]
  const orders: SignedMatch = {
    app: { kind: 'app', ...app },
    dataset: { kind: 'dataset', ...dataset },
    workerpool: { kind: 'workerpool', ...workerpool },
    request: { kind: 'request', ...request },
  }
  return { orders, payer: call.name === 'sponsorMatchOrders' ? from : deal.requester }
}

type OwnedAsset = { readonly kind: AssetKind; readonly asset: Address; readonly match: Place }

async function readOwner(context: Context, { kind, asset, match }: OwnedAsset): Promise<Address | undefined> {
  const logs = await readLogs(context, {
    address: registryOf(context, kind),
    from: 0n,
    to: match.block,
    topics: [topicOf('Transfer'), null, null, pad(asset)],
  })
  const last = logs.findLast((log) => isBefore(log, match))
  return last === undefined ? undefined : decodeLog(last)?.owner
}

async function readPolicy(context: Context, address: Address, match: Place): Promise<WorkerpoolPolicy | undefined> {
  const logs = await readLogs(context, { address, from: 0n, to: match.block, topics: [topicOf('PolicyUpdate')] })
  const last = logs.findLast((log) => isBefore(log, match))
  const event = last === undefined ? undefined : decodeLog(last)
  if (event === undefined) return undefined
  return { workerStakeRatio: BigInt(event.word('stake')), schedulerRewardRatio: BigInt(event.word('reward')) }
}

type Sought = { readonly hashes: MatchedOrders['hashes']; readonly category: bigint; readonly match: Place }

/** No topic leads to these events, so all of them are read. A node may refuse that: then what follows from them stays open. */
async function readHistory(context: Context, { hashes, category, match }: Sought): Promise<MatchHistory | undefined> {
  const closed = KINDS.map((kind) => topicOf(`Closed${ORDER_TYPE_NAMES[kind]}`))
  const signed = KINDS.map((kind) => topicOf(`Signed${ORDER_TYPE_NAMES[kind]}`))
  const topics = [[topicOf('CreateCategory'), topicOf('OrdersMatched'), ...closed, ...signed]]
  try {
    const logs = await readLogs(context, { from: 0n, to: match.block, topics })
    const events = logs.filter((log) => isBefore(log, match)).flatMap((log) => decodeLog(log) ?? [])
    const isOf = (event: HubEvent, what: 'Closed' | 'Signed', kind: OrderKind): boolean =>
      event.name === `${what}${ORDER_TYPE_NAMES[kind]}` && event.word('order') === hashes[kind]
    const takenOf = (kind: OrderKind): bigint | 'closed' =>
      events.some((event) => isOf(event, 'Closed', kind))
        ? 'closed'
        : events
            .filter(({ name, word }) => name === 'OrdersMatched' && word(kind) === hashes[kind])
            .reduce((sum, { amount }) => sum + amount, 0n)
    const created = events.find(({ name, word }) => name === 'CreateCategory' && BigInt(word('category')) === category)
    return {
      timeref: created?.amount,
      taken: {
        app: takenOf('app'),
        dataset: takenOf('dataset'),
        workerpool: takenOf('workerpool'),
        request: takenOf('request'),
      },
      presigned: KINDS.filter((kind) => events.some((event) => isOf(event, 'Signed', kind))),
    }
  } catch (error) {
    if (!(error instanceof IexecError) || error.code !== 'ChainUnreachable') throw error
    return undefined
  }
}

/** Who signs something of a deal, and whom its restrictions name. */
function namedBy(deal: ShownTask['deal'], orders: SignedMatch | undefined): readonly Address[] {
  const signers = [deal.app.owner, deal.dataset.owner, deal.workerpool.owner, deal.requester]
  if (orders === undefined) return signers
  const { app, dataset, workerpool, request } = orders
  return [
    ...signers,
    request.workerpool,
    ...[app, dataset].map(({ workerpoolrestrict }) => workerpoolrestrict),
    ...[app, workerpool].map(({ datasetrestrict }) => datasetrestrict),
    ...[dataset, workerpool].map(({ apprestrict }) => apprestrict),
    ...[app, dataset, workerpool].map(({ requesterrestrict }) => requesterrestrict),
  ]
}

/** Those of some accounts that have code, in lower case. */
export async function findContracts(context: Context, accounts: readonly Address[]): Promise<readonly string[]> {
  const asked = [...new Set(accounts.map((account) => account.toLowerCase()))].filter(
    (account) => BigInt(account) !== 0n,
  )
  const codes = await Promise.all(
    asked.map(async (account) => ask(context.request, 'eth_getCode', [account, 'latest'])),
  )
  return asked.filter((_, place) => codes[place] !== '0x')
}
