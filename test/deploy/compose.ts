// compose.yaml, read as Compose reads it, and what may stand in it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

/** The root of the clone. */
export const ROOT: string = join(import.meta.dirname, '../..')

/** The services that are built from this clone; the scheduler is started by the profile `pool`. */
export const SERVICES: readonly ServiceName[] = ['market', 'scheduler', 'storage', 'keeper', 'worker']
/** One of them. */
export type ServiceName = 'market' | 'scheduler' | 'storage' | 'keeper' | 'worker'

const time = z.string().regex(/^\d+[smh]$/u)
const size = z.string().regex(/^\d+[mg]$/u)
const logging = z.strictObject({
  driver: z.literal('local'),
  options: z.strictObject({ 'max-size': size, 'max-file': z.string() }),
})
const secret = z.union([z.string(), z.strictObject({ source: z.string(), target: z.string() })])
const bind = z.strictObject({
  type: z.literal('bind'),
  source: z.string(),
  target: z.string(),
  read_only: z.literal(true).optional(),
  // A path that is missing is an error, and no empty folder of root's.
  bind: z.strictObject({ create_host_path: z.literal(false) }),
})

/** What every container has: nobody's rights, and ends to what it may take. */
const leastRights = {
  restart: z.literal('unless-stopped'),
  read_only: z.literal(true),
  tmpfs: z.array(z.string()),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  pids_limit: z.number(),
  stop_grace_period: time,
  logging,
  profiles: z.array(z.string()).min(1),
  networks: z.array(z.string()).min(1),
  volumes: z.array(z.union([z.string(), bind])),
  // Of this machine alone unless told otherwise.
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+(?:\/udp)?$/u)).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(secret).default([]),
  mem_limit: size,
}

const ours = z.strictObject({
  ...leastRights,
  init: z.literal(true),
  pull_policy: z.literal('build'),
  image: z.string().regex(/^iexec-[a-z]+:local$/u),
  build: z.strictObject({
    context: z.literal('.'),
    dockerfile: z.string(),
    args: z.strictObject({ BASE: z.string(), NPM_CONFIG_REGISTRY: z.string(), SERVICE: z.string() }),
  }),
  entrypoint: z.tuple([z.literal('node'), z.string(), z.string()]),
  command: z.array(z.string()).optional(),
  depends_on: z
    .strictObject({ postgres: z.strictObject({ condition: z.literal('service_healthy'), required: z.literal(false) }) })
    .optional(),
})
const others = z.strictObject({
  ...leastRights,
  image: z.string(),
  user: z.string().regex(/^[1-9]\d*:\d+$/u),
  shm_size: size.optional(),
  healthcheck: z
    .strictObject({ test: z.array(z.string()), interval: time, timeout: time, start_period: time })
    .optional(),
})
const composeFile = z.strictObject({
  name: z.string(),
  services: z.strictObject({
    market: ours,
    scheduler: ours,
    storage: ours,
    keeper: ours,
    worker: ours,
    postgres: others,
    ipfs: others,
  }),
  networks: z.record(z.string(), z.strictObject({ internal: z.literal(true) }).nullable()),
  volumes: z.record(z.string(), z.null()),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
})
const overrideFile = z.strictObject({
  services: z.strictObject({
    worker: z.strictObject({
      environment: z.record(z.string(), z.string()),
      group_add: z.array(z.string()),
      volumes: z.array(bind),
    }),
  }),
})

/** What every container has. */
export type Container = {
  readonly profiles: readonly string[]
  readonly networks: readonly string[]
  readonly ports: readonly string[]
  readonly volumes: readonly (string | Bind)[]
  readonly environment: Readonly<Record<string, string>>
  readonly secrets: readonly (string | { readonly source: string; readonly target: string })[]
}

/** A file or folder of the machine, in a container. */
export type Bind = { readonly source: string; readonly target: string }

/** A container that is built from this clone. */
export type OwnContainer = Container & {
  readonly build: { readonly dockerfile: string; readonly args: { readonly SERVICE: string } }
  readonly entrypoint: readonly [program: string, settings: string, main: string]
}

/** What compose.yaml says. */
export type Compose = {
  readonly services: Readonly<Record<ServiceName, OwnContainer> & Record<'postgres' | 'ipfs', Container>>
  readonly networks: Readonly<Record<string, { readonly internal: true } | null>>
  readonly volumes: Readonly<Record<string, null>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
}

/** What deploy/worker-engine.yaml adds to the worker. */
export type WorkerWithEngine = {
  readonly environment: Readonly<Record<string, string>>
  readonly volumes: readonly Bind[]
}

/**
 * Reads compose.yaml with the variables of nobody: all defaults.
 *
 * @throws ZodError with the place of whatever is unknown, or has more rights than it needs
 */
export function readCompose(): Compose {
  const file = z.record(z.string(), z.unknown()).parse(readYaml('compose.yaml'))
  // Templates for the rest of the file, which Compose leaves out, too.
  return composeFile.parse(Object.fromEntries(Object.entries(file).filter(([name]) => !name.startsWith('x-'))))
}

/** Reads the override for a worker with an engine. @throws ZodError */
export function readWorkerWithEngine(): WorkerWithEngine {
  return overrideFile.parse(readYaml('deploy/worker-engine.yaml', { DOCKER_GID: '998' })).services.worker
}

function readYaml(path: string, given: Readonly<Record<string, string>> = {}): unknown {
  return parse(interpolate(readFileSync(join(ROOT, path), 'utf8'), given), { merge: true })
}

/** As Compose does: `${NAME:-usual}` and `${NAME:?what is missing}`. */
function interpolate(text: string, given: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{[A-Z_]+:[-?][^}]*\}/gu, (variable) => {
    const [name = '', rest = ''] = variable.slice(2, -1).split(/:(?=[-?])/u, 2)
    if (rest.startsWith('?') && given[name] === undefined) throw new Error(`${name} is missing: ${rest.slice(1)}`)
    return given[name] ?? rest.slice(1)
  })
}
