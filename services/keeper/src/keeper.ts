// The whole service: chain, database, HTTP side, and the one process that claims. `main.ts` only reads the settings and stops it.
import {
  closeServer,
  createServer,
  createShell,
  listen,
  locateDatabase,
  openRegistry,
  readKey,
  sayWhy,
  takeDatabase,
  watchOutages,
  whenAborted,
  whileLeading,
  type DatabaseLocation,
  type Role,
  type RunningService,
  type TakenDatabase,
} from '@iexec/service'
import type { Logger } from 'pino'
import { getAddress, type LocalAccount } from 'viem'
import { getBalance } from 'viem/actions'
import manifest from '../package.json' with { type: 'json' }
import { reachHub, type KeeperChain } from './chain.ts'
import type { Config } from './config.ts'
import { claimDatabase } from './db/about.ts'
import { migrations, type Schema } from './db/schema.ts'
import { leadKeeper, sayPoor, type Work } from './lead.ts'
import { createStatus, type StatusOptions } from './status.ts'

/**
 * Starts a keeper, and returns when it listens; `undefined` when the signal aborted before.
 *
 * @throws Error in one sentence when it cannot: no key, no hub at the address, a port that is taken, a database of another hub
 * @example
 * const keeper = await startKeeper(config, log, stopping.signal)
 * await keeper?.ended
 */
export async function startKeeper(
  config: Config,
  log: Logger,
  signal: AbortSignal,
): Promise<RunningService | undefined> {
  const account = await readKey(config.key)
  const chain = await reachHub(config, log, signal).catch((error: unknown) => {
    if (signal.aborted) return undefined
    throw error
  })
  if (chain === undefined) return undefined
  const location = locateDatabase(config.database, `keeper-${chain.chainId}`)
  const taken = await takeDatabase<Schema>(location, { migrations })
  try {
    const firstBlock = await claimDatabase(taken.database, chain)
    return await openKeeper({ config, log, signal, account, chain, location, taken, firstBlock })
  } catch (error) {
    await taken.database.close()
    taken.letGo()
    throw error
  }
}

type OpenOptions = {
  readonly config: Config
  readonly log: Logger
  readonly signal: AbortSignal
  readonly account: LocalAccount
  readonly chain: KeeperChain
  readonly location: DatabaseLocation
  readonly taken: TakenDatabase<Schema>
  readonly firstBlock: number
}

async function openKeeper(options: OpenOptions): Promise<RunningService> {
  const { config, log, signal, account, chain, location, taken } = options
  const { database } = taken
  const work: Work = {
    state: { state: 'catching up' },
    head: undefined,
    trouble: undefined,
    isPoor: false,
    inFlight: () => 0,
  }
  const status: StatusOptions & { role: Role } = { chain, account: account.address, database, work, role: 'standby' }
  const server = createServer(openShell(options, status))
  const url = await listen(server, config)
  const coins = await getBalance(chain.client, { address: account.address }).catch(() => undefined)
  const isFirst = watchOutages(Date.now)
  const leadership = {
    location,
    signal,
    onRole: (role: Role): void => {
      status.role = role
      log.info(role === 'leading' ? 'This process claims.' : 'This process stands by.')
    },
    onError: (error: unknown): void => {
      if (isFirst()) log.warn({ error: sayWhy(error) }, 'PostgreSQL does not tell who claims.')
    },
  }
  const running = whileLeading(leadership, async (leading) => leadKeeper({ ...options, database, work }, leading))
  const end = async (): Promise<void> => {
    await closeServer(server)
    await running.catch(() => undefined)
    await database.close()
    taken.letGo()
  }
  const ended = Promise.race([whenAborted(signal), running.catch(() => undefined)])
    .then(end)
    .then(async () => running)
  return {
    says: [
      `The keeper listens on ${url}`,
      `  chain ${chain.chainId}, hub ${getAddress(chain.hub)}, paid by ${account.address}`,
      ...(coins === 0n ? [`  ${sayPoor(account.address)}`] : []),
    ],
    ended,
  }
}

function openShell({ config, log }: OpenOptions, options: StatusOptions): ReturnType<typeof createShell> {
  const registry = openRegistry()
  return createShell({
    name: 'iexec-keeper',
    version: manifest.version,
    log,
    registry,
    now: Date.now,
    rateLimit: config.rateLimit,
    ...createStatus(options, registry),
  })
}
