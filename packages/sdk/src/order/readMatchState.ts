// Everything that a match depends on, read from the chain in two rounds of parallel questions.
import {
  NO_ADDRESS,
  asInstant,
  hasDataset,
  isSameAddress,
  type MatchOrders,
  type MatchState,
  type Membership,
  type OrderHash,
  type OrderStanding,
  type Signed,
  type WorkerpoolPolicy,
} from '@iexec/protocol'
import * as assetItems from '@iexec/protocol/abi/asset'
import * as hubItems from '@iexec/protocol/abi/hub'
import * as registryItems from '@iexec/protocol/abi/registry'
import { numberToHex, type Address, type Hex } from 'viem'
import { registryOf, type AssetKind } from '../asset/kind.ts'
import { call, readContract } from '../call/readContract.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { isSignedBy, readStanding } from './readStanding.ts'
import { requireOrder } from './requireOrder.ts'

/** The four orders of a match, signed; presigned ones have the signature `0x`. */
export type SignedMatch = {
  readonly app: Signed<'app'>
  readonly dataset: Signed<'dataset'>
  readonly workerpool: Signed<'workerpool'>
  readonly request: Signed<'request'>
}

type Owners = MatchState['owners']

/**
 * What a match depends on, as the chain is now.
 *
 * @param sponsor who pays: the requester, as a rule
 * @throws IexecError `InvalidInput` when an order cannot be, `ChainUnreachable`
 */
export async function readMatchState(context: Context, orders: SignedMatch, sponsor: Address): Promise<MatchState> {
  const { app, dataset, workerpool, request } = orders
  const { category } = request
  const [appOwner, datasetOwner, workerpoolOwner, memberships, categories, policy, teeBroker] = await Promise.all([
    findOwner(context, 'app', app.app),
    hasDataset(orders) ? findOwner(context, 'dataset', dataset.dataset) : undefined,
    findOwner(context, 'workerpool', workerpool.workerpool),
    readMemberships(context, orders),
    readCategories(context, category),
    readPolicy(context, workerpool.workerpool),
    readContract(context, { address: context.contracts.hub, abi: hubItems.teebroker, functionName: 'teebroker' }),
  ])
  const owners = { app: appOwner, dataset: datasetOwner, workerpool: workerpoolOwner }
  const [standing, freeStakes] = await Promise.all([
    readStandings(context, orders, owners),
    readFreeStakes(context, [sponsor, ...(workerpoolOwner === undefined ? [] : [workerpoolOwner])]),
  ])
  const now = asInstant(Math.floor(context.now() / 1000))
  return { now, orders: standing, owners, memberships, categories, policy, sponsor, freeStakes, teeBroker }
}

/** The owner of a registered asset, found as the hub finds him; `undefined` when it is not registered. */
async function findOwner(context: Context, kind: AssetKind, asset: Address): Promise<Address | undefined> {
  const address = registryOf(context, kind)
  const owner = await orOnRefusal(
    readContract(context, { address, abi: registryItems.ownerOf, functionName: 'ownerOf', args: [BigInt(asset)] }),
    undefined,
  )
  if (owner !== undefined) return owner
  // An entry of the registry before this one is vouched for here, and names its owner itself.
  if (
    !(await readContract(context, {
      address,
      abi: registryItems.isRegistered,
      functionName: 'isRegistered',
      args: [asset],
    }))
  )
    return undefined
  return readContract(context, { address: asset, abi: assetItems.owner, functionName: 'owner' })
}

async function readCategories(context: Context, category: bigint): Promise<MatchState['categories']> {
  const address = context.contracts.hub
  const [count, timeref] = await Promise.all([
    readContract(context, { address, abi: hubItems.countCategory, functionName: 'countCategory' }),
    orOnRefusal(
      readContract(context, {
        address,
        abi: hubItems.viewCategory,
        functionName: 'viewCategory',
        args: [category],
      }).then(({ workClockTimeRef }) => workClockTimeRef),
      0n,
    ),
  ])
  return { length: Number(count), [Number(category)]: timeref }
}

async function readPolicy(context: Context, address: Address): Promise<WorkerpoolPolicy> {
  const [workerStakeRatio, schedulerRewardRatio] = await Promise.all([
    orOnRefusal(
      readContract(context, {
        address,
        abi: assetItems.m_workerStakeRatioPolicy,
        functionName: 'm_workerStakeRatioPolicy',
      }),
      0n,
    ),
    orOnRefusal(
      readContract(context, {
        address,
        abi: assetItems.m_schedulerRewardRatioPolicy,
        functionName: 'm_schedulerRewardRatioPolicy',
      }),
      0n,
    ),
  ])
  return { workerStakeRatio, schedulerRewardRatio }
}

async function readStandings(context: Context, orders: SignedMatch, owners: Owners): Promise<MatchState['orders']> {
  const [app, dataset, workerpool, request] = await Promise.all([
    standingOf(context, orders.app, owners.app),
    hasDataset(orders) ? standingOf(context, orders.dataset, owners.dataset) : unseen(context, orders.dataset),
    standingOf(context, orders.workerpool, owners.workerpool),
    standingOf(context, orders.request, orders.request.requester),
  ])
  return { app, dataset, workerpool, request }
}

async function standingOf(context: Context, order: Signed, owner: Address | undefined): Promise<OrderStanding> {
  const hash = requireOrder(context, order)
  const [{ consumed, presignedBy }, isSigned] = await Promise.all([
    readStanding(context, hash),
    owner === undefined ? false : isSignedBy(context, owner, { orderHash: hash, sign: order.sign }),
  ])
  return { hash, consumed, presignedBy, signedBy: isSigned ? owner : undefined }
}

function unseen(context: Context, order: Signed): OrderStanding {
  const hash: OrderHash = requireOrder(context, order)
  return { hash, consumed: 0n, presignedBy: undefined, signedBy: undefined }
}

async function readFreeStakes(context: Context, accounts: readonly Address[]): Promise<ReadonlyMap<string, bigint>> {
  const stakes = accounts.map(async (account): Promise<readonly [string, bigint]> => {
    const view = {
      address: context.contracts.hub,
      abi: hubItems.viewAccount,
      functionName: 'viewAccount',
      args: [account],
    } as const
    return [account, (await readContract(context, view)).stake]
  })
  return new Map(await Promise.all(stakes))
}

/** keyHasPurpose(bytes32,uint256) of ERC-734. */
const KEY_HAS_PURPOSE = '0xd202158d'
const MEMBER = 4n
/** Enough for any group, and nowhere near what keeps a node busy; what bounds its gas travels by itself. */
const GROUP_GAS: Hex = '0x4c4b40'

/** Asks every restriction that could be a group whether it knows the one whom it restricts. */
async function readMemberships(context: Context, orders: MatchOrders): Promise<readonly Membership[]> {
  const asked = new Map(questionsOf(orders).map((pair) => [`${pair.group} ${pair.member}`.toLowerCase(), pair]))
  const answers = await Promise.all(
    [...asked.values()].map(async (pair) => ((await isMember(context, pair)) ? [pair] : [])),
  )
  return answers.flat()
}

function questionsOf({ app, dataset, workerpool, request }: MatchOrders): readonly Membership[] {
  const pairs: readonly (readonly [Address, Address])[] = [
    [request.workerpool, workerpool.workerpool],
    [app.datasetrestrict, dataset.dataset],
    [app.workerpoolrestrict, workerpool.workerpool],
    [app.requesterrestrict, request.requester],
    [dataset.apprestrict, app.app],
    [dataset.workerpoolrestrict, workerpool.workerpool],
    [dataset.requesterrestrict, request.requester],
    [workerpool.apprestrict, app.app],
    [workerpool.datasetrestrict, dataset.dataset],
    [workerpool.requesterrestrict, request.requester],
  ]
  return pairs
    .filter(([group, member]) => !isSameAddress(group, NO_ADDRESS) && !isSameAddress(group, member))
    .map(([group, member]) => ({ group, member }))
}

/** A group that reverts, uses up its gas, or answers anything but true, says no: as the hub has it. */
async function isMember(context: Context, { group, member }: Membership): Promise<boolean> {
  const key = numberToHex(BigInt(member), { size: 32 }).slice(2)
  const purpose = numberToHex(MEMBER, { size: 32 }).slice(2)
  const question = { to: group, data: `${KEY_HAS_PURPOSE}${key}${purpose}`, gas: GROUP_GAS } as const
  const answer = await orOnRefusal(call(context.request, question), '0x')
  return answer.length >= 66 && BigInt(answer.slice(0, 66)) === 1n
}

/** What a contract answers; something else when it refuses, or is none. */
async function orOnRefusal<Answer, Otherwise>(
  question: Promise<Answer>,
  otherwise: Otherwise,
): Promise<Answer | Otherwise> {
  try {
    return await question
  } catch (error) {
    if (error instanceof IexecError && (error.code === 'Refused' || error.code === 'NotFound')) return otherwise
    throw error
  }
}
