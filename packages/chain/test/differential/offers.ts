// Four orders that fit each other and the market: few enough different ones that they are used again and again.
import { NO_ADDRESS, NO_DATASET_ORDER, NO_TAG, hashOrder, isSameAddress, requiredTag } from '@iexec/protocol'
import type { MatchOrders, Order } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import { toHex } from 'viem/utils'
import { ACTORS, CLUB, GRUMP, LISTENER, SAFE } from './actors.ts'
import type { Asset } from './assets.ts'
import type { Game } from './game.ts'
import { RLC } from './world.ts'

const TEE = tagOf(1n)
const TEE_SCONE = tagOf(3n)
const GPU = tagOf(0x1_00n)
const EVERYTHING = tagOf(0x1_0fn)

/** A tag from its bits. */
export function tagOf(bits: bigint): Hex {
  return toHex(bits, { size: 32 })
}

/** Orders that fit, of assets that mostly exist; or orders that were shown before, with a part of them renewed. */
export function fittingOffer(game: Game): MatchOrders {
  const { choices, offers } = game
  const salt = tagOf(BigInt(choices.roll(1_000_000)))
  const begun = choices.pickAny(offers.slice(-20).filter((offer) => isPartlyFilled(game, offer)))
  if (begun !== undefined && choices.oneIn(3)) return renewedSales(begun, salt)

  const earlier = choices.pickAny(offers.slice(-8))
  if (earlier === undefined || choices.oneIn(2)) return newOffer(game)
  return choices.pick([
    { ...earlier, request: { ...earlier.request, salt } },
    { ...earlier, request: { ...earlier.request, salt } },
    renewedSales(earlier, salt),
    earlier,
  ])
}

function isPartlyFilled({ state }: Game, { request }: MatchOrders): boolean {
  const consumed = state.consumed.get(hashOrder(request, state.domain)) ?? 0n
  return consumed > 0n && consumed < request.volume
}

// The request stays, so that what an earlier match left of it is matched.
function renewedSales({ app, dataset, workerpool, request }: MatchOrders, salt: Hex): MatchOrders {
  return {
    app: { ...app, salt },
    dataset: renewed(dataset, salt),
    workerpool: { ...workerpool, salt },
    request,
  }
}

// No order stands where there is no dataset.
function renewed(dataset: Order<'dataset'>, salt: Hex): Order<'dataset'> {
  return isSameAddress(dataset.dataset, NO_ADDRESS) ? dataset : { ...dataset, salt }
}

function newOffer(game: Game): MatchOrders {
  const { choices } = game
  const requester = choices.pick([ACTORS.alice, ACTORS.alice, ACTORS.bob, ACTORS.sam, SAFE])
  const app = appOrder(game, requester)
  const dataset = choices.oneIn(3) ? NO_DATASET_ORDER : datasetOrder(game, app.app)
  const workerpool = workerpoolOrder(game, { app, dataset, requester })
  return { app, dataset, workerpool, request: requestOrder(game, { app, dataset, workerpool, requester }) }
}

function assetOf({ world, choices }: Game, kind: Asset['kind']): Address {
  const { first, later } = world.assets
  const known = choices.oneIn(20) ? [...first, ...later] : first
  return choices.pick(known.filter((asset) => asset.kind === kind)).address
}

// A restriction that lets this account in: none, the account itself, or the group when it is a member.
function restriction({ state, choices }: Game, account: Address): Address {
  if (choices.roll(8) > 0) return NO_ADDRESS
  const isMember = state.memberships.some(({ member }) => isSameAddress(member, account))
  return isMember && choices.oneIn(2) ? CLUB : account
}

function appOrder(game: Game, requester: Address): Order<'app'> {
  const { choices } = game
  const variant = choices.roll(5)
  return {
    kind: 'app',
    app: assetOf(game, 'app'),
    appprice: [0n, RLC, 3_333_333_333n, 5n, 2n * RLC][variant] ?? 0n,
    volume: [2n, 8n, 3n, 20n, 40n][variant] ?? 1n,
    tag: [NO_TAG, NO_TAG, NO_TAG, TEE, TEE_SCONE][variant] ?? NO_TAG,
    datasetrestrict: NO_ADDRESS,
    workerpoolrestrict: NO_ADDRESS,
    requesterrestrict: restriction(game, requester),
    salt: tagOf(BigInt(choices.roll(2))),
  }
}

function datasetOrder(game: Game, app: Address): Order<'dataset'> {
  const { choices } = game
  const variant = choices.roll(4)
  return {
    kind: 'dataset',
    dataset: assetOf(game, 'dataset'),
    datasetprice: [RLC, 7n, 0n, RLC / 3n][variant] ?? 0n,
    volume: [4n, 20n, 20n, 20n][variant] ?? 1n,
    // The framework bits of a dataset bind nobody.
    tag: [NO_TAG, NO_TAG, tagOf(2n), GPU][variant] ?? NO_TAG,
    apprestrict: restriction(game, app),
    workerpoolrestrict: NO_ADDRESS,
    requesterrestrict: NO_ADDRESS,
    salt: tagOf(BigInt(choices.roll(2))),
  }
}

type Parties = { readonly app: Order<'app'>; readonly dataset: Order<'dataset'>; readonly requester: Address }

function workerpoolOrder(game: Game, { app, dataset, requester }: Parties): Order<'workerpool'> {
  const { choices } = game
  const variant = choices.roll(6)
  const wanted = requiredTag(app.tag, dataset.tag, NO_TAG)
  return {
    kind: 'workerpool',
    workerpool: assetOf(game, 'workerpool'),
    workerpoolprice: [10n * RLC + 7n, RLC, 0n, 19_999_999_999n, 99n, 4n * RLC][variant] ?? 0n,
    volume: [12n, 4n, 30n, 3n, 30n, 9n][variant] ?? 1n,
    tag: choices.oneIn(3) ? EVERYTHING : wanted,
    category: [0n, 0n, 0n, 1n, 0n, 0n][variant] ?? 0n,
    trust: [9n, 4n, 9n, 9n, 2n, 9n][variant] ?? 1n,
    apprestrict: restriction(game, app.app),
    datasetrestrict: choices.oneIn(12) ? dataset.dataset : NO_ADDRESS,
    requesterrestrict: restriction(game, requester),
    salt: tagOf(BigInt(choices.roll(2))),
  }
}

function requestOrder(game: Game, parties: Parties & { readonly workerpool: Order<'workerpool'> }): Order<'request'> {
  const { choices } = game
  const { app, dataset, workerpool, requester } = parties
  const spare = BigInt(choices.roll(2))
  const trust = BigInt(choices.pick([0, 1, 1, 2, 3, 4, 5, 7, 8, 9]))
  return {
    kind: 'request',
    app: app.app,
    appmaxprice: app.appprice + spare,
    dataset: dataset.dataset,
    datasetmaxprice: dataset.datasetprice + spare,
    workerpool: restriction(game, workerpool.workerpool),
    workerpoolmaxprice: workerpool.workerpoolprice + spare,
    requester,
    volume: BigInt(1 + choices.roll(choices.oneIn(3) ? 7 : 3)),
    tag: choices.oneIn(4) ? app.tag : NO_TAG,
    category: workerpool.category,
    trust: trust < workerpool.trust ? trust : workerpool.trust,
    beneficiary: choices.pick([requester, requester, ACTORS.eve, NO_ADDRESS]),
    callback: choices.pick([NO_ADDRESS, NO_ADDRESS, NO_ADDRESS, NO_ADDRESS, LISTENER, LISTENER, GRUMP, ACTORS.eve]),
    params: choices.pick(['', '{"iexec_args":"1 2"}', 'été, 昼 and 🌙']),
    salt: tagOf(BigInt(choices.roll(1_000_000))),
  }
}
