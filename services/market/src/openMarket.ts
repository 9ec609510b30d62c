// Opens one market: the way to its chain, its database, its bus, and the index that this process or another one writes.
import { findFirstBlock, type OpenedChain } from '@iexec/chain'
import { orderDomain } from '@iexec/protocol'
import {
  cannotOpen,
  locateDatabase,
  openLater,
  originsOf,
  pause,
  reachChain,
  sayWhy,
  takeDatabase,
  watchOutages,
  whileLeading,
  type Role as LeaderRole,
} from '@iexec/service'
import type { Logger } from 'pino'
import { recheckBook, reopenBook } from './book/index.ts'
import { followBulks } from './bulk/followBulks.ts'
import { openGateway } from './bulk/gateway.ts'
import { findClaim } from './claims.ts'
import type { ChainConfig, Config } from './config.ts'
import { findContracts } from './contracts.ts'
import type { Database } from './db/database.ts'
import { migrationsFor } from './db/migrations.ts'
import type { Schema } from './db/schema.ts'
import { claimDatabase, readFirstBlock } from './index/meta.ts'
import { openIndexer, type Indexer, type IndexerNews } from './index/runIndexer.ts'
import { openBus } from './live/bus.ts'
import type { Market, MarketContracts } from './market.ts'
import { watchIndex } from './standby.ts'

/** A market that is being served. */
export type OpenedMarket = {
  readonly market: Market
  /** Indexes, or stands by, until the signal. Throws what nobody can wait out: a foreign database, a second process on a file. */
  readonly run: (signal: AbortSignal) => Promise<void>
  readonly close: () => Promise<void>
}

/** What to open, and who hears of trouble. */
export type OpenMarketOptions = {
  readonly chain: ChainConfig
  readonly config: Config
  readonly log: Logger
  /** Hears the id of the chain before its database is touched; what it throws is thrown on. */
  readonly onChain: (chainId: number) => void
  /** Called when it takes longer, because neither a node nor a database tells of the chain. */
  readonly onAbsent: () => void
  readonly signal: AbortSignal
}

/** How long a refusal waits for the index to reach the chain's head. */
const PATIENCE_MS = 3000

/**
 * Opens a market. While no node answers, a market that was served before is served from its tables; another one is waited for.
 *
 * @throws Error when there is no hub at the address, or the database cannot be opened or is another market's; the signal's reason when it aborts before
 */
export async function openMarket(options: OpenMarketOptions): Promise<OpenedMarket> {
  const { chain, config, log } = options
  const { chainId, client, wakeUp, contracts, confirmed } = await findWay(options)
  options.onChain(chainId)
  const { database, firstBlock, letGo } = await openStore({ chain, chainId, client, contracts, log })
  const bus = await openBus(database, {
    onError: (error) => {
      log.warn({ chainId, error: sayWhy(error) }, 'Announcements of other processes cannot be heard.')
    },
    onBack: () => {
      log.info({ chainId }, 'Announcements of other processes are heard again.')
    },
  })
  const shared = {
    chainId,
    contracts,
    client,
    read: database.read,
    bus,
    domain: orderDomain(chainId, chain.hub),
    now: Date.now,
  }
  const onNews = tellLog(log, { chainId, nodes: originsOf(chain.rpcUrls) })
  const indexer = openIndexer({
    ...shared,
    firstBlock,
    book: {
      recheckBook: async (writer, touched, to) =>
        recheckBook(writer, touched, { ...to, maxOpenOrders: config.maxOpenOrdersPerWallet }),
      reopenBook,
    },
    undoDepth: config.undoBlocks,
    wakeUp,
    pollingMs: config.pollingMs,
    onNews,
  })
  const { maxOpenOrdersPerWallet, challengeLifetimeMs } = config
  const bulks = {
    ...shared,
    gateway: config.ipfsGateway === undefined ? undefined : openGateway(config.ipfsGateway),
    quotaBytes: config.ipfsQuotaBytes,
    onError: (error: unknown): void => {
      log.warn({ chainId, error: sayWhy(error) }, 'The datasets of bulk deals wait.')
    },
  }
  const role = createRole(indexer, { ...shared, log, onNews })
  return {
    market: { ...shared, indexer: role, settings: { maxOpenOrdersPerWallet, challengeLifetimeMs } },
    run: async (signal) =>
      unlessRefuted(confirmed, signal, async (running) => {
        const { onError, take: onRole } = role
        await whileLeading({ location: database.location, signal: running, onRole, onError }, async (leading) =>
          indexWithBulks(indexer, bulks, leading),
        )
      }),
    close: async () => {
      role.close()
      await bus.close()
      await database.close()
      letGo()
    },
  }
}

/** Ends the work, and throws, when a node that comes late shows that the settings are wrong. */
async function unlessRefuted(
  confirmed: Promise<unknown>,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const refuted = new AbortController()
  confirmed.catch((error: unknown) => {
    refuted.abort(error)
  })
  await work(AbortSignal.any([signal, refuted.signal]))
  if (!signal.aborted) refuted.signal.throwIfAborted()
}

/** Says once what an index waits for, and once that it goes on. */
function tellLog(
  log: Logger,
  facts: { readonly chainId: number; readonly nodes: readonly string[] },
): (news: IndexerNews) => void {
  return (news) => {
    if (news.type === 'goes on') log.info(facts, 'The index goes on.')
    else if (news.type === 'begins anew') {
      log.warn(facts, 'The chain changed further back than blocks can be undone: the index is built anew.')
    } else if (news.error === undefined) log.warn(facts, `The index waits: ${news.reason}`)
    else log.error(facts, news.reason)
  }
}

/** Bulks are followed for as long as the indexer runs. */
async function indexWithBulks(
  indexer: Indexer,
  bulks: Parameters<typeof followBulks>[0],
  leading: AbortSignal,
): Promise<void> {
  const indexing = new AbortController()
  const following = followBulks(bulks, AbortSignal.any([leading, indexing.signal]))
  try {
    await indexer.run(leading)
  } finally {
    indexing.abort()
    await following
  }
}

/** A way to a chain that may still be closed: what is known of it anyway, and the time when a node has confirmed that. */
type Way = Pick<Market, 'chainId' | 'contracts' | 'client'> &
  Pick<OpenedChain, 'wakeUp'> & { readonly confirmed: Promise<unknown> }

/** So long a node may take before a market is served from its tables, or is called absent. */
const FIRST_PATIENCE_MS = 2000

/** Nodes come first: a hub may have the same address on another chain, of which there is no database yet. */
async function findWay({ chain, config, log, signal, onAbsent }: OpenMarketOptions): Promise<Way> {
  const { promise: failed, resolve } = Promise.withResolvers<undefined>()
  const onFailure = (): void => {
    resolve(undefined)
  }
  const { rpcUrls, wsUrl, hub } = chain
  const reached = reachChain({
    rpcUrls,
    wsUrl,
    rpcTimeoutMs: config.rpcTimeoutMs,
    log,
    signal,
    onFailure,
    ask: async (opened) => ({ ...opened, contracts: await findContracts(opened.client, hub) }),
  })
  const early = await Promise.race([reached, failed, pause(FIRST_PATIENCE_MS, signal)])
  if (early !== undefined) return { ...early, confirmed: reached }
  // Nobody has to hear of its failure before it is needed.
  reached.catch(() => undefined)
  const claim = await findClaim(chain.database, chain.hub).catch((cause: unknown) => {
    throw cannotOpen(locateDatabase(chain.database, 'chain-0'), cause)
  })
  if (claim === undefined) {
    onAbsent()
    return { ...(await reached), confirmed: reached }
  }
  const { chainId, contracts } = claim
  const confirmed = reached.then((found) => {
    if (found.chainId === chainId) return found
    throw new Error(
      `${originsOf(chain.rpcUrls).join(', ')}: this is chain ${found.chainId}, but the database is that of chain ${chainId}, from which answers were given until now. Start again.`,
    )
  })
  confirmed.catch(() => undefined)
  return { contracts, ...openLater(chainId, confirmed), confirmed }
}

/** A database that belongs to the market, the block at which it begins, and how to let go of it. */
type Store = { readonly database: Database; readonly firstBlock: number; readonly letGo: () => void }
type StoreOptions = Pick<Market, 'chainId' | 'client' | 'contracts'> & Pick<OpenMarketOptions, 'chain' | 'log'>

/** Opens the database and takes possession of it: also who only stands by must not answer from a foreign one. */
async function openStore({ chain, chainId, client, contracts, log }: StoreOptions): Promise<Store> {
  const { database, letGo } = await takeDatabase<Schema>(locateDatabase(chain.database, `chain-${chainId}`), {
    migrations: migrationsFor,
  })
  try {
    const known = await readFirstBlock(database.read)
    // What was found once holds, also when the node of today would not search the whole chain.
    const wanted = chain.fromBlock ?? known ?? (await askFirstBlock(client, contracts))
    const claim = { chainId, contracts, firstBlock: wanted }
    const firstBlock = await database.write(async (writer) => claimDatabase(writer, claim))
    if (firstBlock < wanted) {
      log.warn(
        { chainId },
        `This database begins at block ${firstBlock}; --from-block ${wanted} is only for one that is new.`,
      )
    }
    return { database, firstBlock, letGo }
  } catch (cause) {
    await database.close()
    letGo()
    throw cause
  }
}

async function askFirstBlock(client: Market['client'], { hub, registries }: MarketContracts): Promise<number> {
  const { app, dataset, workerpool } = registries
  return Number(await findFirstBlock(client, [hub, ...app, ...dataset, ...workerpool]))
}

type Role = Market['indexer'] & {
  readonly take: (role: LeaderRole) => void
  /** Hears why nobody can say who indexes. */
  readonly onError: (error: unknown) => void
  readonly close: () => void
}

/** What this process says of the index: its own while it indexes, what it sees of another's while it stands by. */
function createRole(
  indexer: Indexer,
  deps: Parameters<typeof watchIndex>[0] & { readonly log: Logger; readonly chainId: number },
): Role {
  let standby: ReturnType<typeof watchIndex> | undefined
  const isFirst = watchOutages(deps.now)
  return {
    status: () =>
      standby === undefined ? { ...indexer.status(), role: 'indexing' } : { ...standby.status(), role: 'standby' },
    caughtUp: async () => {
      await (standby ?? indexer).caughtUp(PATIENCE_MS)
    },
    take: (role) => {
      deps.log.info({ chainId: deps.chainId }, role === 'leading' ? 'This process indexes.' : 'This process stands by.')
      standby?.close()
      standby = role === 'standby' ? watchIndex(deps) : undefined
    },
    onError: (error) => {
      if (isFirst())
        deps.log.warn({ chainId: deps.chainId, error: sayWhy(error) }, 'PostgreSQL does not tell who indexes.')
    },
    close: () => standby?.close(),
  }
}
