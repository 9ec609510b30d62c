// Orders in words: what each says, for whoever signs, publishes or reads it.
import {
  decodeTag,
  formatRlc,
  isSameAddress,
  NO_ADDRESS,
  orderRestrictions,
  type Order,
  type OrderKind,
} from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import { rows } from '../../rows.ts'

/** What each kind is called at the start of a line. */
export const TITLES: { readonly [Kind in OrderKind]: string } = {
  app: 'App order',
  dataset: 'Dataset order',
  workerpool: 'Workerpool order',
  request: 'Request order',
}

/**
 * A tag in words; `undefined` when it asks for nothing.
 *
 * @example
 * tagText('0x…09') // 'tee,tdx'
 */
export function tagText(tag: Hex): string | undefined {
  const { names, unknownBits } = decodeTag(tag)
  const words = [...names, ...unknownBits.map((bit) => `bit ${bit}`)]
  return words.length === 0 ? undefined : words.join(',')
}

/** Whom an order lets in, as `requester 0x…`; `undefined` when everybody. */
export function restrictionText(order: Order): string | undefined {
  const sides = Object.entries(orderRestrictions(order)).map(([side, address]) => `${side} ${address}`)
  return sides.length === 0 ? undefined : sides.join(', ')
}

type Pair = readonly [name: string, value: string | undefined]

/** An order as aligned lines under its title. */
export function describeOrder(order: Order): readonly string[] {
  return [TITLES[order.kind], ...rows(pairsOf(order))]
}

/** What an order says, as names and values. */
export function pairsOf(order: Order): readonly Pair[] {
  const volume = `${order.volume} ${order.volume === 1n ? 'task' : 'tasks'}`
  const tag = tagText(order.tag)
  switch (order.kind) {
    case 'app':
      return [['app', order.app], ['price', perTask(order.appprice)], ['volume', volume], ['tag', tag], onlyFor(order)]
    case 'dataset':
      return [
        ['dataset', order.dataset],
        ['price', perTask(order.datasetprice)],
        ['volume', volume],
        ['tag', tag],
        onlyFor(order),
      ]
    case 'workerpool':
      return [
        ['workerpool', order.workerpool],
        ['price', perTask(order.workerpoolprice)],
        ['volume', volume],
        ['category', String(order.category)],
        ['trust', String(order.trust)],
        ['tag', tag],
        onlyFor(order),
      ]
    default:
      return requestPairs(order)
  }
}

function requestPairs(order: Order<'request'>): readonly Pair[] {
  const { app, dataset, workerpool, requester, beneficiary, callback } = order
  return [
    ['app', `${app}, at most ${perTask(order.appmaxprice)}`],
    ['dataset', named(dataset, `, at most ${perTask(order.datasetmaxprice)}`)],
    ['workerpool', `${named(workerpool) ?? 'any'}, at most ${perTask(order.workerpoolmaxprice)}`],
    ['volume', `${order.volume} ${order.volume === 1n ? 'task' : 'tasks'}`],
    ['category', String(order.category)],
    ['trust', String(order.trust)],
    ['tag', tagText(order.tag)],
    ['requester', requester],
    ['beneficiary', isSameAddress(requester, beneficiary) ? undefined : beneficiary],
    ['callback', named(callback)],
    ['params', onOneLine(order.params)],
  ]
}

/** What a stranger wrote, such as params: nothing in it steers the terminal. */
export function onOneLine(text: string): string {
  const line = text.replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
  return line.length > LONGEST_PARAMS ? `${line.slice(0, LONGEST_PARAMS)}…` : line
}

const LONGEST_PARAMS = 300

function onlyFor(order: Order): Pair {
  return ['only for', restrictionText(order)]
}

function named(address: Address, behind = ''): string | undefined {
  return isSameAddress(address, NO_ADDRESS) ? undefined : `${address}${behind}`
}

/** `0.1 RLC a task`. */
export function perTask(price: bigint): string {
  return price === 0n ? 'nothing' : `${formatRlc(price)} a task`
}
