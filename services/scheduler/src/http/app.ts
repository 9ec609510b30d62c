// The HTTP side of a scheduler: what clients of the SDK ask, and what people look at.
import { createShell, failed, type Database, type HttpEnv } from '@iexec/service'
import type { PoolFacts } from '@iexec/wire/work'
import type { Context, Hono } from 'hono'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { isAddress, isHash, type Address, type Client, type Hex } from 'viem'
import type { Authority } from '../authority.ts'
import type { Schema } from '../book/schema.ts'
import { VERSION, type Config } from '../config.ts'
import type { Standing } from '../standing.ts'
import type { Figures } from './figures.ts'
import { openLogins, type Logins } from './login.ts'
import { readLogs, type ShownLogs } from './logs.ts'
import { healthOf, statusOf } from './status.ts'
import { streamTask } from './stream.ts'
import { findTask, showTask, type FoundTask, type TaskSource } from './taskView.ts'
import type { Watchers } from './watchers.ts'
import { showWorkers } from './workers.ts'

/** What the routes need. */
export type AppDeps = {
  readonly facts: PoolFacts
  readonly database: Database<Schema>
  readonly client: Client
  readonly standing: Standing
  readonly registry: Registry
  readonly watchers: Watchers
  readonly config: Pick<Config, 'rateLimit' | 'hub'>
  readonly log: Pick<Logger, 'error'>
  readonly authority: Authority
  readonly figures: Figures
}

/** What workers of this version can do beyond what every pool's can: a task of a bag takes its own entry of the request's inputs. */
const FEATURES = ['bag']

type Asked = Context<HttpEnv>

/** Makes the app. */
export function createApp(deps: AppDeps): Hono<HttpEnv> {
  const { facts, standing, registry, config, log, figures, authority } = deps
  const app = createShell({
    name: 'iexec-scheduler',
    version: VERSION,
    log,
    registry,
    now: Date.now,
    health: async () => Promise.resolve(healthOf(standing)),
    figures: figures.refresh,
    status: async () => Promise.resolve(statusOf(standing, facts, authority)),
    rateLimit: config.rateLimit,
  })
  app.get('/pool', (context) => context.json(facts))
  app.get('/features', (context) => context.json({ ok: true, features: FEATURES }))
  app.get('/workers', (context) => context.json({ ok: true, workers: showWorkers(standing.leading, Date.now()) }))
  addTaskRoutes(app, deps)
  return app
}

function addTaskRoutes(app: Hono<HttpEnv>, deps: AppDeps): void {
  const { facts, database, standing, client, config, watchers } = deps
  const source: TaskSource = { database, leading: () => standing.leading }
  const logins = openLogins({ chainId: facts.chainId, hub: config.hub, client, now: Date.now })
  app.get('/tasks/logs/challenge', (context) => {
    const address = context.req.query('address') ?? ''
    if (!isAddress(address, { strict: false })) return failed(context, 400, 'address is no address of an account')
    const chainId = context.req.query('chainId')
    if (chainId !== undefined && chainId !== String(facts.chainId)) {
      return failed(context, 400, `this pool is on chain ${facts.chainId}, not on ${chainId.slice(0, 20)}`)
    }
    return context.json(logins.challenge(address))
  })
  app.get('/tasks/:id', async (context) => {
    const task = await findAsked(context, source)
    return task === undefined ? failed(context, 404, 'task not found') : context.json(showTask(task))
  })
  app.get('/tasks/:id/logs', async (context) => answerLogs(context, { source, logins }, () => true))
  app.get('/tasks/:id/replicates/:wallet/logs', async (context) => {
    const wallet = context.req.param('wallet').toLowerCase()
    return answerLogs(context, { source, logins }, ({ walletAddress }) => walletAddress === wallet)
  })
  app.get('/tasks/:id/stream', async (context) => {
    const task = await findAsked(context, source)
    if (task === undefined) return failed(context, 404, 'task not found')
    const header = context.req.header('authorization')
    const who = header === undefined ? undefined : await logins.who(header)
    if (header !== undefined && who !== task.facts.requester) return notTheirs(context, who, task)
    const logs = who === undefined ? undefined : await readLogs(source, task.id)
    return streamTask(context, { source, watchers, id: task.id, logs })
  })
}

async function findAsked(context: Asked, source: TaskSource): Promise<FoundTask | undefined> {
  const id = (context.req.param('id') ?? '').toLowerCase()
  return isHash(id) ? findTask(source, id) : undefined
}

async function answerLogs(
  context: Asked,
  { source, logins }: { readonly source: TaskSource; readonly logins: Logins },
  isWanted: (logs: ShownLogs) => boolean,
): Promise<Response> {
  const task = await findAsked(context, source)
  if (task === undefined) return failed(context, 404, 'task not found')
  const who = await logins.who(context.req.header('authorization'))
  if (who !== task.facts.requester) return notTheirs(context, who, task)
  const computeLogsList = (await readLogs(source, task.id)).filter(isWanted)
  return context.json({ chainTaskId: task.id, computeLogsList })
}

function notTheirs(
  context: Asked,
  who: Address | undefined,
  { facts }: { readonly facts: { readonly requester: Hex } },
): Response {
  return who === undefined
    ? failed(context, 401, 'log in first: sign what /tasks/logs/challenge gives')
    : failed(context, 403, `logs are for the requester ${facts.requester}, not for ${who}`)
}
