// A service of a network, started again when it falls over.
import { NetworkFault } from '../folder/fault.ts'
import { openService, type Service, type ServicePlan } from '../service.ts'
import { keepAlive, lastWordOf, type Say } from './keepAlive.ts'
import type { Register } from './register.ts'

/** A service that is kept alive. */
export type KeptService = { readonly service: Service; readonly stop: () => Promise<void> }

/** Where it is written down, who hears of it. */
export type ServiceKeeping = { readonly register: Register; readonly say: Say }

/** How long a service may take to end: after the first wait a worker leaves its votes for the next start, after the second all end. */
const PATIENCE_MS = 3_000

/** Begins to start a service; `started` returns when it listens. Whatever becomes of that, `stop` ends it. */
export function keepService(
  plan: ServicePlan,
  { register, say }: ServiceKeeping,
): KeptService & { readonly started: Promise<void> } {
  const { name } = plan
  const stopping = new AbortController()
  const service = openService(plan, {
    isApart: true,
    onSpawn: (pid) => {
      register.born(name, service.url, pid)
    },
  })
  const start = async (): Promise<void> => {
    await service.start()
    register.listens(name)
  }
  const kept = {
    name,
    ended: async () => wordsOf(await service.ended()),
    start,
    onFall: () => {
      register.fell(name)
    },
  }
  let alive = Promise.resolve()
  const live = async (): Promise<void> => {
    await start().catch((cause: unknown) => {
      const why = lastWordOf(cause).replace(/[.:]?$/u, '.')
      throw new NetworkFault(`The ${name} did not start: ${why} iexec network logs ${name} shows all that it said.`, {
        cause,
      })
    })
    alive = keepAlive(kept, { say, signal: stopping.signal })
  }
  const started = live()
  return {
    service,
    started,
    stop: async () => {
      stopping.abort()
      await endInOrder(service)
      await Promise.allSettled([started, alive])
    },
  }
}

async function endInOrder(service: Service): Promise<void> {
  const ended = service.stop()
  for (const end of [service.stop, service.kill]) {
    const isOver = await Promise.race([ended.then(() => true), after(PATIENCE_MS)])
    if (isOver) return
    void end()
  }
  await ended
}

async function after(ms: number): Promise<false> {
  const { promise, resolve } = Promise.withResolvers<false>()
  setTimeout(() => {
    resolve(false)
  }, ms).unref()
  return promise
}

function wordsOf(code: number | null): string {
  return code === null ? 'a signal ended it' : `exit code ${code}`
}
