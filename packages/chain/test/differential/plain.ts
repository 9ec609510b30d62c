// The plainest orders and votes: what stories and lessons are made of.
import { NO_ADDRESS, NO_DATASET_ORDER, NO_TAG, callbackDigest, sealVote } from '@iexec/protocol'
import type { MarketAction, MatchOrders, TaskId } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import { stringToHex } from 'viem/utils'
import { ACTORS } from './actors.ts'
import { assetNamed } from './assets.ts'
import type { Assets } from './assets.ts'

/** What can differ between plain orders. The price is that of the workerpool, in nRLC. */
export type PlainTerms = { readonly price: bigint; readonly trust: bigint; readonly volume: bigint }

/** Alice wants appA, which costs nothing, run in poolA: no dataset, no callback, no restriction. */
export function plainOrders(assets: Assets, { price, trust, volume }: PlainTerms): MatchOrders {
  const app = assetNamed(assets, 'appA')
  const workerpool = assetNamed(assets, 'poolA')
  const any = { tag: NO_TAG, salt: NO_TAG, volume, requesterrestrict: NO_ADDRESS, datasetrestrict: NO_ADDRESS }
  const category = 0n
  return {
    app: { kind: 'app', app, appprice: 0n, workerpoolrestrict: NO_ADDRESS, ...any },
    dataset: NO_DATASET_ORDER,
    workerpool: {
      kind: 'workerpool',
      workerpool,
      workerpoolprice: price,
      category,
      trust,
      apprestrict: NO_ADDRESS,
      ...any,
    },
    request: {
      kind: 'request',
      app,
      appmaxprice: 0n,
      dataset: NO_ADDRESS,
      datasetmaxprice: 0n,
      workerpool,
      workerpoolmaxprice: price,
      requester: ACTORS.alice,
      volume,
      tag: NO_TAG,
      category,
      trust,
      beneficiary: ACTORS.alice,
      callback: NO_ADDRESS,
      params: '',
      salt: NO_TAG,
    },
  }
}

/** A worker's vote for a result that is this text, authorised by paula, who owns poolA. */
export function voteFor(text: string, caller: Address, task: TaskId): MarketAction {
  return {
    do: 'contribute',
    caller,
    task,
    ...sealVote(caller, task, digestOf(text)),
    enclaveChallenge: NO_ADDRESS,
    authorizedBy: ACTORS.paula,
    enclaveSignedBy: undefined,
  }
}

/** The proof of such a vote. */
export function revealOf(text: string, caller: Address, task: TaskId): MarketAction {
  return { do: 'reveal', caller, task, resultDigest: digestOf(text) }
}

/** The end of a task of poolA, with this text as its result. */
export function finalizationWith(text: string, task: TaskId): MarketAction {
  return { do: 'finalize', caller: ACTORS.paula, task, results: stringToHex(text), resultsCallback: '0x' }
}

function digestOf(text: string): Hex {
  return callbackDigest(stringToHex(text))
}
