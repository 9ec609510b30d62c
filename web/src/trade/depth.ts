// The depth of a book: how many tasks can be had (or sold) up to each price.
import type { OrderItem } from '@iexec/wire'

/** One order of a side of the book, reduced to what depth needs. */
export type Level = { readonly price: number; readonly tasks: number }

/** Up to this price (nRLC for a task), so many tasks in all. */
export type DepthStep = { readonly price: number; readonly tasks: number }

/** What workerpools ask. */
export function asksOf(orders: readonly OrderItem<'workerpoolorder'>[]): readonly Level[] {
  return orders.map(({ order, remaining }) => ({ price: order.workerpoolprice, tasks: remaining }))
}

/** What requesters pay workerpools at most. */
export function bidsOf(orders: readonly OrderItem<'requestorder'>[]): readonly Level[] {
  return orders.map(({ order, remaining }) => ({ price: order.workerpoolmaxprice, tasks: remaining }))
}

/**
 * The steps of one side: the best price first, equal prices as one step, tasks summed from the best price on.
 *
 * @example
 * depthOf([{ price: 2, tasks: 3 }, { price: 1, tasks: 1 }], 'asks') // [{ price: 1, tasks: 1 }, { price: 2, tasks: 4 }]
 */
export function depthOf(levels: readonly Level[], side: 'asks' | 'bids'): readonly DepthStep[] {
  const tasksAt = new Map<number, number>()
  for (const { price, tasks } of levels) tasksAt.set(price, (tasksAt.get(price) ?? 0) + tasks)
  const prices = [...tasksAt.keys()].toSorted((one, other) => (side === 'asks' ? one - other : other - one))
  let tasks = 0
  return prices.map((price) => {
    tasks += tasksAt.get(price) ?? 0
    return { price, tasks }
  })
}

/**
 * A side as a path of an SVG, stepped, from its best price outwards: asks to the right edge, bids to the left one.
 *
 * @param frame prices and tasks that the picture spans, and its size
 */
export function stepPath(steps: readonly DepthStep[], side: 'asks' | 'bids', frame: DepthFrame): string {
  const { from, to, most, width, height } = frame
  const x = (price: number): number => round(((price - from) / Math.max(to - from, 1)) * width)
  const y = (tasks: number): number => round(height - (tasks / Math.max(most, 1)) * height)
  const [first] = steps
  if (first === undefined) return ''
  const climbs = steps.map(({ price, tasks }) => `H${x(price)}V${y(tasks)}`)
  return `M${x(first.price)} ${height}${climbs.join('')}H${side === 'asks' ? width : 0}V${height}Z`
}

/** What the picture spans. */
export type DepthFrame = {
  readonly from: number
  readonly to: number
  readonly most: number
  readonly width: number
  readonly height: number
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
