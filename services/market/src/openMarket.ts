// Opens one market: the way to its chain, its database, its bus, and the index that this process or another one writes.
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { ChainError, findFirstBlock, openChain, type OpenedChain } from '@iexec/chain'
import { orderDomain } from '@iexec/protocol'
import type { Logger } from 'pino'
import { BaseError } from 'viem'
import { recheckBook, reopenBook } from './book/index.ts'
import { followBulks } from './bulk/followBulks.ts'
import { openGateway } from './bulk/gateway.ts'
import { locateDatabase, type ChainConfig, type Config } from './config.ts'
import { findContracts } from './contracts.ts'
import { openDatabase, type Database, type DatabaseLocation } from './db/database.ts'
import { claimDatabase, readMeta } from './index/meta.ts'
import { openIndexer, type Indexer } from './index/runIndexer.ts'
import { openBus } from './live/bus.ts'
import { whileLeading } from './live/leader.ts'
import { pause, whenAborted } from './live/session.ts'
import type { IndexerStatus, Market, MarketContracts } from './market.ts'
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
  readonly signal: AbortSignal
}

/** How long a refusal waits for the index to reach the chain's head. */
const PATIENCE_MS = 3000

/**
 * Opens a market. Nodes that do not answer yet are waited for.
 *
 * @throws Error when there is no hub at the address, or the database cannot be opened or is another market's; the signal's reason when it aborts before
 */
export async function openMarket(options: OpenMarketOptions): Promise<OpenedMarket> {
  const { chain, config, log } = options
  const { chainId, client, wakeUp, contracts } = await reachContracts(options)
  const { database, firstBlock } = await openStore(chain, { chainId, client, contracts })
  const bus = await openBus(database, {
    onError: (error) => {
      log.warn({ chainId, error: sayWhy(error) }, 'Announcements of other processes cannot be heard.')
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
    onError: (error) => {
      log.error({ chainId, error: sayWhy(error) }, 'The index waits.')
    },
  })
  const { maxOpenOrdersPerWallet, challengeLifetimeMs } = config
  const bulks = {
    ...shared,
    gateway: config.ipfsGateway === undefined ? undefined : openGateway(config.ipfsGateway),
    onError: (error: unknown): void => {
      log.warn({ chainId, error: sayWhy(error) }, 'The datasets of bulk deals wait.')
    },
  }
  const role = createRole(indexer, { ...shared, log })
  return {
    market: { ...shared, indexer: role, settings: { maxOpenOrdersPerWallet, challengeLifetimeMs } },
    run: async (signal) => {
      const { onError } = role
      await whileLeading({ location: database.location, signal, onRole: role.take, onError }, async (leading) =>
        indexWithBulks(indexer, bulks, leading),
      )
    },
    close: async () => {
      role.close()
      await bus.close()
      await database.close()
    },
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

/** Asks the nodes until one tells of the chain and its contracts: they may be started after this service, or be busy. */
async function reachContracts({
  chain,
  config,
  log,
  signal,
}: OpenMarketOptions): Promise<OpenedChain & { readonly contracts: MarketContracts }> {
  const onNotice = (sentence: string): void => {
    log.warn(sentence)
  }
  const { rpcUrls, wsUrl, hub } = chain
  const reach = async (): ReturnType<typeof reachContracts> => {
    const opened = await openChain({ rpcUrls, wsUrl, timeoutMs: config.rpcTimeoutMs, onNotice })
    return { ...opened, contracts: await findContracts(opened.client, hub) }
  }
  for (let pauseMs = 250; ; pauseMs = Math.min(5000, pauseMs * 2)) {
    try {
      return await unlessAborted(reach(), signal)
    } catch (error) {
      if (!isOfNode(error)) throw error
      log.warn(`${sayWhy(error)} It is asked again.`)
      await pause(pauseMs, signal)
    }
  }
}

/** Does not wait for a node that never answers when nobody wants its answer any more. */
async function unlessAborted<Answer>(answer: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  await Promise.race([answer, whenAborted(signal)])
  signal.throwIfAborted()
  return answer
}

/** Errors of the settings are no errors of a node; those of viem are. */
function isOfNode(error: unknown): boolean {
  return error instanceof ChainError ? error.code === 'Unreachable' : error instanceof BaseError
}

/** A database that belongs to the market, and the block at which it begins. */
type Store = { readonly database: Database; readonly firstBlock: number }

/** Opens the database and takes possession of it: also who only stands by must not answer from a foreign one. */
async function openStore(
  chain: ChainConfig,
  { chainId, client, contracts }: Pick<Market, 'chainId' | 'client' | 'contracts'>,
): Promise<Store> {
  const database = await openPlace(locateDatabase(chain.database, chainId))
  try {
    const firstBlock =
      chain.fromBlock ?? (await readFirstBlock(database.read)) ?? (await askFirstBlock(client, contracts))
    await database.write(async (writer) => claimDatabase(writer, { chainId, contracts, firstBlock }))
    return { database, firstBlock }
  } catch (cause) {
    await database.close()
    throw cause
  }
}

/** What was found once holds, also when the node of today would not search the whole chain. */
async function readFirstBlock(read: Database['read']): Promise<number | undefined> {
  const known = await readMeta(read, 'fromBlock')
  return known === undefined ? undefined : Number(known)
}

async function askFirstBlock(client: Market['client'], { hub, registries }: MarketContracts): Promise<number> {
  const { app, dataset, workerpool } = registries
  return Number(await findFirstBlock(client, [hub, ...app, ...dataset, ...workerpool]))
}

/** @throws Error in one sentence, without the password that a database's address may hold */
async function openPlace(location: DatabaseLocation): Promise<Database> {
  try {
    if (location.engine === 'sqlite' && location.file !== ':memory:') {
      makeFolder(dirname(location.file))
    }
    return await openDatabase(location)
  } catch (cause) {
    const place = location.engine === 'sqlite' ? location.file : `of PostgreSQL at ${new URL(location.url).host}`
    throw new Error(`The database ${place} cannot be opened: ${sayWhy(cause)}.`, { cause })
  }
}

type Role = Market['indexer'] & {
  readonly take: (role: IndexerStatus['role']) => void
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
  return {
    status: () =>
      standby === undefined ? { ...indexer.status(), role: 'indexing' } : { ...standby.status(), role: 'standby' },
    caughtUp: async () => {
      await (standby ?? indexer).caughtUp(PATIENCE_MS)
    },
    take: (role) => {
      deps.log.info(
        { chainId: deps.chainId },
        role === 'indexing' ? 'This process indexes.' : 'This process stands by.',
      )
      standby?.close()
      standby = role === 'standby' ? watchIndex(deps) : undefined
    },
    onError: (error) => {
      deps.log.warn({ chainId: deps.chainId, error: sayWhy(error) }, 'PostgreSQL does not tell who indexes.')
    },
    close: () => standby?.close(),
  }
}

/** The first line: what libraries write below it may show requests. Node says nothing of several addresses that all failed. */
function sayWhy(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return sayWhy(error.errors[0])
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
}

/** Not `recursive`: where a folder cannot be, as in `/proc`, node would try for ever. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}
