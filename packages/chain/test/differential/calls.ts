// A move becomes a transaction: who sends which call data to which contract, with real signatures.
import { NO_ADDRESS, isSameAddress, ownerOf, unreachable, sealVote } from '@iexec/protocol'
import type { MarketAction, MarketState, Order, OrderKind } from '@iexec/protocol'
import { appRegistryAbi, hubAbi, rlcAbi, workerpoolAbi } from '@iexec/protocol/abi'
import type { Address, Hex } from 'viem'
import { encodeFunctionData } from 'viem/utils'
import { holdsPresigned } from './approvers.ts'
import { creationOf, registryOf } from './assets.ts'
import type { ActionOf, ArrayMove, Move } from './move.ts'
import { signAuthorization, signEnclave, signOperation, signOrder } from './signatures.ts'
import type { World } from './world.ts'

/** A transaction to send. */
export type Transaction = { readonly from: Address; readonly to: Address; readonly data: Hex }

/** The transaction of a move. The state tells which orders are presigned: those may come without a signature. */
export async function transactionOf(world: World, state: MarketState, move: Move): Promise<Transaction> {
  const { hub, token, owner } = world.addresses
  switch (move.form) {
    case 'one':
      return { from: move.action.caller, ...(await callOf(world, state, move.action)) }
    case 'setTeeBroker':
      return {
        from: owner,
        to: hub,
        data: encodeFunctionData({ abi: hubAbi, functionName: 'setTeeBroker', args: [move.broker] }),
      }
    case 'approveAndCall': {
      const { deposit, match } = move
      const data = match === undefined ? '0x' : (await callOf(world, state, match)).data
      const args = [hub, deposit.amount, data] as const
      return {
        from: deposit.caller,
        to: token,
        data: encodeFunctionData({ abi: rlcAbi, functionName: 'approveAndCall', args }),
      }
    }
    case 'multicall': {
      const calls = await Promise.all(move.actions.map(async (action) => (await callOf(world, state, action)).data))
      return {
        from: move.caller,
        to: hub,
        data: encodeFunctionData({ abi: hubAbi, functionName: 'multicall', args: [calls] }),
      }
    }
    default:
      return { from: move.caller, to: hub, data: arrayCall(move) }
  }
}

function arrayCall({ form, actions }: ArrayMove): Hex {
  const begun = actions.filter((action) => action.do === 'initialize')
  const deals = begun.map(({ deal }) => deal)
  const indices = begun.map(({ index }) => index)
  switch (form) {
    case 'initializeArray':
    case 'initializeAndClaimArray':
      return encodeFunctionData({ abi: hubAbi, functionName: form, args: [deals, indices] })
    case 'claimArray': {
      const tasks = actions.flatMap((action) => (action.do === 'claim' ? [action.task] : []))
      return encodeFunctionData({ abi: hubAbi, functionName: form, args: [tasks] })
    }
    case 'depositForArray': {
      const deposits = actions.filter((action) => action.do === 'deposit')
      const args = [deposits.map(({ amount }) => amount), deposits.map(({ to }) => to)] as const
      return encodeFunctionData({ abi: hubAbi, functionName: form, args })
    }
    default:
      return unreachable(form)
  }
}

type Call = Omit<Transaction, 'from'>

async function callOf(world: World, state: MarketState, action: MarketAction): Promise<Call> {
  const { hub } = world.addresses
  switch (action.do) {
    case 'deposit':
    case 'withdraw':
    case 'transfer':
      return { to: hub, data: moneyCall(action) }
    case 'manageOrder':
      return { to: hub, data: await manageCall(state, action) }
    case 'matchOrders':
    case 'sponsorMatchOrders':
      return { to: hub, data: await matchCall(state, action) }
    case 'contribute':
    case 'contributeAndFinalize':
      return { to: hub, data: await contributeCall(action) }
    case 'initialize':
    case 'reveal':
    case 'reopen':
    case 'claim':
    case 'finalize':
      return { to: hub, data: taskCall(action) }
    case 'changePolicy': {
      const args = [action.policy.workerStakeRatio, action.policy.schedulerRewardRatio] as const
      return {
        to: action.workerpool,
        data: encodeFunctionData({ abi: workerpoolAbi, functionName: 'changePolicy', args }),
      }
    }
    case 'createAsset':
      return {
        to: registryOf(world.addresses, action.kind),
        data: creationOf(assetAt(world, action.asset)),
      }
    case 'transferAsset':
      return { to: registryOf(world.addresses, action.kind), data: handOverCall(state, action) }
    default:
      return unreachable(action)
  }
}

function assetAt(world: World, address: Address): World['assets']['first'][number] {
  const asset = [...world.assets.first, ...world.assets.later].find((known) => isSameAddress(known.address, address))
  if (asset === undefined) throw new Error(`No asset is planned at ${address}.`)
  return asset
}

function handOverCall(state: MarketState, { kind, asset, caller, to }: ActionOf<'transferAsset'>): Hex {
  const from = ownerOf(state, kind, asset) ?? caller
  const args = [from, to, BigInt(asset)] as const
  return encodeFunctionData({ abi: appRegistryAbi, functionName: 'transferFrom', args })
}

function moneyCall(action: ActionOf<'deposit' | 'withdraw' | 'transfer'>): Hex {
  const { caller, amount, to } = action
  const isOwn = isSameAddress(caller, to)
  switch (action.do) {
    case 'deposit':
      return isOwn
        ? encodeFunctionData({ abi: hubAbi, functionName: 'deposit', args: [amount] })
        : encodeFunctionData({ abi: hubAbi, functionName: 'depositFor', args: [amount, to] })
    case 'withdraw':
      return isOwn
        ? encodeFunctionData({ abi: hubAbi, functionName: 'withdraw', args: [amount] })
        : encodeFunctionData({ abi: hubAbi, functionName: 'withdrawTo', args: [amount, to] })
    default:
      return encodeFunctionData({ abi: hubAbi, functionName: 'transfer', args: [to, amount] })
  }
}

async function manageCall(state: MarketState, action: ActionOf<'manageOrder'>): Promise<Hex> {
  const { order, signedBy } = action
  const operation = { sign: 0, close: 1 }[action.operation]
  const sign = await signOperation(action, signedBy, state.domain)
  switch (order.kind) {
    case 'app': {
      const args = [{ order: { ...order, sign: '0x' }, operation, sign }] as const
      return encodeFunctionData({ abi: hubAbi, functionName: 'manageAppOrder', args })
    }
    case 'dataset': {
      const args = [{ order: { ...order, sign: '0x' }, operation, sign }] as const
      return encodeFunctionData({ abi: hubAbi, functionName: 'manageDatasetOrder', args })
    }
    case 'workerpool': {
      const args = [{ order: { ...order, sign: '0x' }, operation, sign }] as const
      return encodeFunctionData({ abi: hubAbi, functionName: 'manageWorkerpoolOrder', args })
    }
    case 'request': {
      const args = [{ order: { ...order, sign: '0x' }, operation, sign }] as const
      return encodeFunctionData({ abi: hubAbi, functionName: 'manageRequestOrder', args })
    }
    default:
      return unreachable(order)
  }
}

type Match = ActionOf<'matchOrders' | 'sponsorMatchOrders'>

async function matchCall(state: MarketState, action: Match): Promise<Hex> {
  const { orders, signers } = action
  const sign = async (kind: OrderKind): Promise<Hex> => signatureFor(state, orders[kind], signers[kind])
  const args = [
    { ...orders.app, sign: await sign('app') },
    { ...orders.dataset, sign: await sign('dataset') },
    { ...orders.workerpool, sign: await sign('workerpool') },
    { ...orders.request, sign: await sign('request') },
  ] as const
  return encodeFunctionData({ abi: hubAbi, functionName: action.do, args })
}

// Without a signer the order stands on its presignature alone, when that holds; else on somebody else's signature.
async function signatureFor(state: MarketState, order: Order, signer: Address | undefined): Promise<Hex> {
  return signer === undefined && holdsPresigned(state, order) ? '0x' : signOrder(order, signer, state.domain)
}

async function contributeCall(action: ActionOf<'contribute' | 'contributeAndFinalize'>): Promise<Hex> {
  const { caller: worker, task, enclaveChallenge, authorizedBy, enclaveSignedBy } = action
  const authorization = await signAuthorization({ worker, task, enclaveChallenge }, authorizedBy)
  if (action.do === 'contribute') {
    const { resultHash, resultSeal } = action
    const enclaveSign = await enclaveSignature(action, enclaveSignedBy)
    const args = [task, resultHash, resultSeal, enclaveChallenge, enclaveSign, authorization] as const
    return encodeFunctionData({ abi: hubAbi, functionName: 'contribute', args })
  }
  const { resultDigest, results, resultsCallback } = action
  const word = sealVote(worker, task, resultDigest)
  const enclaveSign = await enclaveSignature({ ...word, enclaveChallenge }, enclaveSignedBy)
  const args = [task, resultDigest, results, resultsCallback, enclaveChallenge, enclaveSign, authorization] as const
  return encodeFunctionData({ abi: hubAbi, functionName: 'contributeAndFinalize', args })
}

type EnclaveWord = { readonly resultHash: Hex; readonly resultSeal: Hex; readonly enclaveChallenge: Address }

async function enclaveSignature(word: EnclaveWord, signer: Address | undefined): Promise<Hex> {
  return isSameAddress(word.enclaveChallenge, NO_ADDRESS) ? '0x' : signEnclave(word, signer)
}

function taskCall(action: ActionOf<'initialize' | 'reveal' | 'reopen' | 'claim' | 'finalize'>): Hex {
  switch (action.do) {
    case 'initialize':
      return encodeFunctionData({ abi: hubAbi, functionName: 'initialize', args: [action.deal, action.index] })
    case 'reveal':
      return encodeFunctionData({ abi: hubAbi, functionName: 'reveal', args: [action.task, action.resultDigest] })
    case 'reopen':
    case 'claim':
      return encodeFunctionData({ abi: hubAbi, functionName: action.do, args: [action.task] })
    case 'finalize': {
      const args = [action.task, action.results, action.resultsCallback] as const
      return encodeFunctionData({ abi: hubAbi, functionName: 'finalize', args })
    }
    default:
      return unreachable(action)
  }
}
