// The model's words in the language of the contracts: effects as events, refusals as errors.
import { KITTY_ADDRESS, NO_ADDRESS, unreachable } from '@iexec/protocol'
import { refusalError } from '@iexec/protocol/errors'
import type { MarketEffect, MarketEvent, MarketRefusal, TaskEvent } from '@iexec/protocol'
import type { MarketAddresses } from '@iexec/chain'
import { LISTENER } from './actors.ts'
import type { Told } from './chain.ts'

/** The events that the contracts have to tell for an effect, in order. */
export function toldFor(effect: MarketEffect, addresses: MarketAddresses): readonly Told[] {
  const { hub } = addresses
  switch (effect.do) {
    case 'mint':
      return [moved({ from: NO_ADDRESS, to: effect.account, value: effect.amount })]
    case 'burn':
      return [moved({ from: effect.account, to: NO_ADDRESS, value: effect.amount })]
    case 'transfer':
      return [moved({ from: effect.from, to: effect.to, value: effect.amount })]
    case 'pay':
      return [{ by: 'token', event: 'Transfer', args: { from: effect.from, to: effect.to, value: effect.amount } }]
    case 'lock':
      return [
        moved({ from: effect.account, to: hub, value: effect.amount }),
        byHub('Lock', { owner: effect.account, amount: effect.amount }),
      ]
    case 'unlock':
      return [
        moved({ from: hub, to: effect.account, value: effect.amount }),
        byHub('Unlock', { owner: effect.account, amount: effect.amount }),
      ]
    case 'reward':
      return [
        moved({ from: hub, to: effect.account, value: effect.amount }),
        byHub('Reward', { owner: effect.account, amount: effect.amount, ref: effect.task }),
      ]
    case 'seize':
      return [byHub('Seize', { owner: effect.account, amount: effect.amount, ref: effect.task })]
    case 'fillKitty':
      return [
        byHub('Reward', { owner: KITTY_ADDRESS, amount: effect.amount, ref: effect.task }),
        byHub('Lock', { owner: KITTY_ADDRESS, amount: effect.amount }),
      ]
    case 'judge': {
      const event = { accurate: 'AccurateContribution', faulty: 'FaultyContribution' }[effect.verdict]
      return [byHub(event, { worker: effect.worker, taskid: effect.task })]
    }
    case 'callBack':
      return effect.callback.toLowerCase() === LISTENER
        ? [{ by: LISTENER, event: 'receiveResult', args: { id: effect.task, result: effect.data } }]
        : []
    case 'announce':
      return [announced(effect)]
    default:
      return unreachable(effect)
  }
}

function announced(effect: { readonly do: 'announce' } & (MarketEvent | TaskEvent)): Told {
  switch (effect.event) {
    case 'OrderManaged': {
      const kind = `${effect.kind[0]?.toUpperCase() ?? ''}${effect.kind.slice(1)}`
      const done = { sign: 'Signed', close: 'Closed' }[effect.operation]
      return byHub(`${done}${kind}Order`, { [`${effect.kind}Hash`]: effect.orderHash })
    }
    case 'PolicyUpdate': {
      const { workerpool, before, after } = effect
      const args = {
        oldWorkerStakeRatioPolicy: before.workerStakeRatio,
        newWorkerStakeRatioPolicy: after.workerStakeRatio,
        oldSchedulerRewardRatioPolicy: before.schedulerRewardRatio,
        newSchedulerRewardRatioPolicy: after.schedulerRewardRatio,
      }
      return { by: workerpool.toLowerCase(), event: 'PolicyUpdate', args }
    }
    case 'AssetTransfer': {
      const { kind, asset, from, to } = effect
      return { by: `${kind}registry`, event: 'Transfer', args: { from, to, tokenId: BigInt(asset) } }
    }
    default: {
      const { do: _, event, ...args } = effect
      return byHub(event, args)
    }
  }
}

function moved(args: object): Told {
  return byHub('Transfer', args)
}

function byHub(event: string, args: object): Told {
  return { by: 'hub', event, args }
}

/** The error that the contracts have to give for a refusal. */
export function errorFor(refusal: MarketRefusal): { readonly error: string; readonly args: object } {
  const { name, args } = refusalError(refusal)
  return { error: name, args }
}
