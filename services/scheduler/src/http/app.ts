// The HTTP side of a scheduler: what clients of the SDK ask, and what people look at.
import { createShell, type Database, type HttpEnv } from '@iexec/service'
import type { PoolFacts } from '@iexec/wire/work'
import type { Hono } from 'hono'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { Authority } from '../authority.ts'
import type { Schema } from '../book/schema.ts'
import { VERSION, type Config } from '../config.ts'
import type { Standing } from '../service.ts'
import type { Figures } from './figures.ts'
import type { Watchers } from './watchers.ts'

/** What the routes need. */
export type AppDeps = {
  readonly facts: PoolFacts
  readonly database: Database<Schema>
  readonly standing: Standing
  readonly registry: Registry
  readonly watchers: Watchers
  readonly config: Config
  readonly log: Logger
  readonly authority: Authority
  readonly figures: Figures
}

/** Makes the app. */
export function createApp(deps: AppDeps): Hono<HttpEnv> {
  const { facts, standing, registry, config, log, figures } = deps
  const app = createShell({
    name: 'iexec-scheduler',
    version: VERSION,
    log,
    registry,
    now: Date.now,
    health: async () => Promise.resolve({ ok: true, role: standing.role }),
    figures: figures.refresh,
    status: async () => Promise.resolve({ title: 'Workerpool', ok: true, summary: '', sections: [] }),
    rateLimit: config.rateLimit,
  })
  app.get('/pool', (context) => context.json(facts))
  return app
}
