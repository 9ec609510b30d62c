// Puts a scheduler together: its chain, its database, its gateway and its HTTP, and ends all of it in order.
import { findFirstBlock, type OpenedChain } from '@iexec/chain'
import { hubAbi } from '@iexec/protocol/abi'
import { limitsOf } from '@iexec/runtime/limits'
import {
  closeServer,
  createServer,
  listen,
  locateDatabase,
  openRegistry,
  reachChain,
  readKey,
  requireWorkerpool,
  sayWhy,
  takeDatabase,
  watchOutages,
  whileLeading,
  type RunningService,
  type TakenDatabase,
} from '@iexec/service'
import type { PoolFacts } from '@iexec/wire/work'
import type { Logger } from 'pino'
import type { LocalAccount } from 'viem'
import { readContract } from 'viem/actions'
import { findAuthority, type Authority } from './authority.ts'
import { migrations, type Schema } from './book/schema.ts'
import { openHub, type Hub } from './chain/hub.ts'
import { VERSION, type Config } from './config.ts'
import { openGateway } from './gateway/gateway.ts'
import { createApp } from './http/app.ts'
import { openFigures } from './http/figures.ts'
import { openWatchers } from './http/watchers.ts'
import { requireCategories } from './orders/categories.ts'
import { readPrices } from './orders/prices.ts'
import { lead } from './pool/lead.ts'
import type { LeadNews } from './pool/leading.ts'
import { watchStorages } from './result/watchStorages.ts'
import type { Standing } from './standing.ts'

/**
 * Starts a scheduler.
 *
 * @throws Error in one sentence when its key does not speak for the pool, the price list is wrong, its database cannot be opened, or
 * nobody can listen
 */
export async function startScheduler(
  config: Config,
  log: Logger,
  signal: AbortSignal,
): Promise<RunningService | undefined> {
  const key = await readKey(config.key)
  // Once it runs, a file that is being edited is waited for; who starts it wants to know at once.
  if (config.prices !== undefined) await readPrices(config.prices)
  const way = await reachChain({ ...config, log, signal, ask: async (opened) => findWay(config, key, opened) }).catch(
    (error: unknown) => {
      if (signal.aborted) return undefined
      throw error
    },
  )
  if (way === undefined) return undefined
  const place = locateDatabase(config.database, `pool-${way.chainId}-${config.pool}`)
  const taken = await takeDatabase<Schema>(place, { migrations })
  try {
    return await serve({ config, log, signal, way, taken })
  } catch (error) {
    await taken.database.close()
    taken.letGo()
    throw error
  }
}

/** A chain with the hub and the pool on it. */
type Way = OpenedChain & { readonly hub: Hub; readonly authority: Authority; readonly fromBlock: number }

async function findWay(config: Config, key: LocalAccount, opened: OpenedChain): Promise<Way> {
  const { client } = opened
  await requireWorkerpool(client, { hub: config.hub, workerpool: config.pool })
  const hub = openHub(client, config.hub)
  const authority = await findAuthority(client, {
    hub: config.hub,
    chainId: opened.chainId,
    workerpool: config.pool,
    key,
  })
  if (config.prices !== undefined) await requireCategories(hub, config.prices, await readPrices(config.prices))
  const fromBlock = config.fromBlock ?? Number(await findFirstBlock(client, [config.pool]))
  return { ...opened, hub, authority, fromBlock }
}

type Serving = {
  readonly config: Config
  readonly log: Logger
  readonly signal: AbortSignal
  readonly way: Way
  readonly taken: TakenDatabase<Schema>
}

async function serve({ config, log, signal, way, taken }: Serving): Promise<RunningService> {
  const { database, letGo } = taken
  const { chainId, client, hub, authority } = way
  const facts: PoolFacts = {
    chainId,
    hub: config.hub,
    workerpool: config.pool,
    storages: config.storages,
    version: VERSION,
  }
  const storages = watchStorages({
    urls: config.storages,
    results: { chainId, hub: config.hub, workerpool: config.pool },
    onChange: (url, trouble) => {
      if (trouble === undefined) log.info(`The storage ${url} takes results.`)
      else
        log.warn(
          storages.trouble() === undefined ? trouble : `${trouble} Nothing is sold before a storage takes results.`,
        )
    },
    signal,
  })
  const standing: Standing = { role: 'standby', leading: undefined, storages }
  const registry = openRegistry()
  const watchers = openWatchers()
  const figures = openFigures(registry, () => standing.leading)
  const app = createApp({ facts, database, client, standing, registry, watchers, config, log, authority, figures })
  const server = createServer(app)
  const gateway = openGateway(server)
  const url = await listen(server, config)
  const isFirst = watchOutages(Date.now)
  const listener: Listener = { log, isNew: watchKinds() }
  const run = async (): Promise<void> => {
    await whileLeading(
      {
        location: database.location,
        signal,
        onRole: (role) => {
          standing.role = role
          log.info(role === 'leading' ? 'This process runs the pool.' : 'This process stands by.')
        },
        onError: (error) => {
          if (isFirst()) log.warn({ error: sayWhy(error) }, 'PostgreSQL does not tell who leads.')
        },
      },
      async (leading) => {
        const parts = {
          ...config,
          storages,
          database,
          client,
          hub,
          authority,
          gateway,
          facts,
          workerpool: config.pool,
          limits: (timeref: number) => limitsOf(timeref).run,
          fromBlock: way.fromBlock,
          wakeUp: way.wakeUp,
          chainId,
          onNews: (news: LeadNews) => {
            figures.note(news)
            tell(news, listener)
          },
          onChange: watchers.changed,
          onLog: watchers.logged,
        }
        await lead(parts, leading, (now) => {
          standing.leading = now
        })
      },
    )
  }
  const close = async (): Promise<void> => {
    gateway.close()
    watchers.close()
    await closeServer(server)
    await database.close()
    letGo()
  }
  const ended = (async () => {
    try {
      await run()
    } finally {
      await close()
    }
  })()
  return { says: [`The scheduler of ${config.pool} listens on ${url}`, ...(await sayLacks(config, way))], ended }
}

/** What a pool can start without, but not earn; each with what to do. */
async function sayLacks({ storages, hub }: Config, { client, authority }: Way): Promise<readonly string[]> {
  const { kind, owner } = authority
  const lacks =
    storages.length === 0
      ? ['No storage was named: tasks with a file for a result cannot end, and their price goes back. Give --storage.']
      : []
  try {
    const args = [owner] as const
    const { stake, locked } = await readContract(client, {
      address: hub,
      abi: hubAbi,
      functionName: 'viewAccount',
      args,
    })
    if (stake + locked > 0n) return lacks
    const remedy =
      kind === 'owner'
        ? `iexec account deposit, with the wallet ${owner}, brings some`
        : `whoever has RLC can deposit for its contract ${owner}`
    return [...lacks, `The owner of the pool has no RLC on the market, so only free tasks can be sold: ${remedy}.`]
  } catch {
    // What this node does not say now is no reason to stop.
    return lacks
  }
}

/** Who hears of news, and whether something that is tried again and again was not told yet. */
type Listener = { readonly log: Logger; readonly isNew: (what: string) => boolean }

const MOST_TOLD = 1_000

/** Whether something is the first of its kind in this outage, for many kinds. */
function watchKinds(): Listener['isNew'] {
  const kinds = new Map<string, () => boolean>()
  return (kind) => {
    if (kinds.size > MOST_TOLD) kinds.clear()
    const isFirst = kinds.get(kind) ?? watchOutages(Date.now)
    kinds.set(kind, isFirst)
    return isFirst()
  }
}

/** What an operator reads: nothing of a good day but what was done. */
function tell(news: LeadNews, { log, isNew }: Listener): void {
  switch (news.type) {
    case 'decided':
      log.debug({ command: news.command.key }, 'decided')
      return
    case 'done':
      if (news.outcome.kind === 'refused')
        log.warn({ command: news.command.key, reason: news.outcome.reason }, 'refused')
      else log.debug({ command: news.command.key, outcome: news.outcome.kind }, 'sent')
      return
    case 'cannot store':
      log.error({ error: sayWhy(news.error) }, 'Nothing can be stored, so nothing is done.')
      return
    case 'sold as listed':
      log.debug('The orders of the pool are on the market.')
      return
    case 'not sold':
      if (isNew(`${news.what} ${news.reason}`))
        log.warn({ what: news.what, reason: news.reason }, 'This is not on the market now. It is tried again.')
      return
    case 'cannot decide':
      log.error({ error: sayWhy(news.error) }, 'A decision failed; this is a mistake of this program.')
      return
    case 'deposed':
      log.warn('Another process has taken over this pool.')
      return
    case 'cannot drop logs':
      log.warn({ error: sayWhy(news.error) }, 'Old logs of apps could not be deleted; it is tried again in a minute.')
      return
    case 'chain':
      if (news.state === 'waiting') log.warn({ reason: news.reason }, 'The chain cannot be followed at the moment.')
      else log.debug({ state: news.state }, 'chain')
      return
    case 'sender':
      if (news.event.type === 'unreachable' || news.event.type === 'capReached' || news.event.type === 'rejected') {
        log.warn(toText(news.event), 'A transaction waits.')
      }
      return
    case 'block':
      log.trace({ block: news.number }, 'block')
  }
}

/** Fees are bigints, which JSON does not know. */
function toText(event: object): Readonly<Record<string, unknown>> {
  return JSON.parse(
    JSON.stringify(event, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  ) as Readonly<Record<string, unknown>>
}
