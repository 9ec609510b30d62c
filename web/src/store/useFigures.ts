// What the market says of each of some apps: what it costs now, and how it has done. Each is asked for alone: orders and tasks of others hide nothing.
import { useQueries } from '@tanstack/react-query'
import { ask, askGraph } from '../read/ask.ts'
import { useChain } from '../site/chain.tsx'
import { recordOf, type EndedTask, type TrackRecord } from './shelf.ts'

/** What the market says of an app. `undefined` is not known: not yet, or because of the fault. */
export type Figures = {
  /** Of its cheapest open order, in nRLC; `null` when there is none. */
  readonly price: number | null | undefined
  /** `null` when no task of it has ended. */
  readonly record: TrackRecord | null | undefined
}

/** Figures by the addresses of apps in lower case, and why some are not known. */
export type FiguresOf = {
  readonly of: (app: string | undefined) => Figures
  readonly error: Error | undefined
  readonly retry: () => void
}

/** Orders come by their price; this is the shortest page that the market gives. */
const FEW_ORDERS = 10
/** Of so many of the last tasks a record is made. */
const MOST_TASKS = 100

const TASKS = `query ($app: String!, $first: Int) {
  tasks(first: $first, orderBy: timestamp, orderDirection: desc,
    where: { deal_: { app: $app }, status_in: [COMPLETED, FAILLED] }) {
    timestamp status failure deal { startTime }
  }
}`

type Orders = { readonly orders: readonly { readonly order: { readonly appprice: number } }[] }
type Tasks = { readonly tasks: readonly EndedTask[] }

/**
 * What the market says of some apps.
 *
 * @param apps addresses in lower case
 * @example
 * useFigures([app]).of(app).price // 20000000
 */
export function useFigures(apps: readonly string[]): FiguresOf {
  const chain = useChain()
  const prices = useQueries({
    queries: apps.map((app) => ({
      queryKey: [chain.slug, 'orders', 'price of app', app],
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) => {
        const query = { app, pageSize: FEW_ORDERS }
        const { orders } = await ask<Orders>(chain, '/apporders', { query, signal })
        return orders[0]?.order.appprice ?? null
      },
      staleTime: 5_000,
    })),
  })
  const records = useQueries({
    queries: apps.map((app) => ({
      queryKey: [chain.slug, 'tasks', 'record of app', app],
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) => {
        const variables = { app, first: MOST_TASKS }
        return recordOf((await askGraph<Tasks>(chain, { query: TASKS, variables, signal })).tasks)
      },
      staleTime: 5_000,
    })),
  })
  const failed = [...prices, ...records].filter(({ error, data }) => error !== null && data === undefined)
  return {
    of: (app) => {
      const place = app === undefined ? -1 : apps.indexOf(app)
      return { price: app === undefined ? null : prices[place]?.data, record: records[place]?.data }
    },
    error: failed[0]?.error ?? undefined,
    retry: () => {
      for (const { refetch } of failed) void refetch()
    },
  }
}
