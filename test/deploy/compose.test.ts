// compose.yaml without an engine: what it says is known to Compose and to the services, and everything that it names is there.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCompose, readWorkerWithEngine, ROOT, SERVICES, type ServiceName } from './compose.ts'
import { listNames, listSettings, openPrepared, SECRET_SETTINGS, type Prepared } from './prepared.ts'

const ADDRESS = '0x098bFCb1E50ebcA0BaA92C12eA0c3F045A1aD9f0'
const FACTS = ['--rpc', 'https://node.example/v3/key', '--hub', ADDRESS, '--pool', ADDRESS]
const compose = readCompose()
const settings = new Map<ServiceName, ReadonlySet<string>>()
let prepared: Prepared
beforeAll(async () => {
  prepared = openPrepared()
  prepared.prepare(...FACTS)
  for (const [name, known] of await Promise.all(SERVICES.map(async (one) => [one, await listSettings(one)] as const))) {
    settings.set(name, known)
  }
})
afterAll(() => {
  prepared.remove()
})

function readRoot(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** What a package is called. */
function nameOf(manifest: string): string {
  const { name }: { readonly name: string } = JSON.parse(readRoot(manifest))
  return name
}

/** Which of these names are no settings of a service. */
function unknownTo(service: ServiceName, names: readonly string[]): readonly string[] {
  const known = settings.get(service)
  expect(known?.size).toBeGreaterThan(15)
  return names.filter((name) => known?.has(name) !== true)
}

test('every container has the least rights, and nothing stands in compose.yaml that is not known', () => {
  expect(Object.keys(compose.services)).toEqual([...SERVICES, 'postgres', 'ipfs'])
})

describe.each(SERVICES)('the %s', (service) => {
  const container = compose.services[service]

  test('is built from this clone, and told nothing in its environment but where files are', () => {
    const { build, environment } = container

    expect(build.args.SERVICE).toBe(service)
    expect(existsSync(join(ROOT, build.dockerfile))).toBe(true)
    expect(unknownTo(service, Object.keys(environment))).toEqual([])
    expect(Object.entries(environment).filter(([, value]) => !value.startsWith('/run/secrets/'))).toEqual([])
  })

  test('gets its settings as a file, in which every name is a setting of it', () => {
    const file = readFileSync(join(prepared.folder, 'deploy/private', `${service}.env`), 'utf8')
    const secrets = service === 'storage' ? SECRET_SETTINGS : []

    expect(container.secrets).toContainEqual({ source: `${service}-settings`, target: 'settings' })
    expect(container.entrypoint[1]).toBe('--env-file=/run/secrets/settings')
    expect(listNames(file).length).toBeGreaterThan(4)
    expect(
      unknownTo(
        service,
        listNames(file).filter((name) => !secrets.includes(name)),
      ),
    ).toEqual([])
  })

  test('listens where the Dockerfile says, and that is published on this machine alone', () => {
    const [host, port] = ['HOST', 'PORT'].map((end) => `${service.toUpperCase()}_${end}`)
    const dockerfile = readRoot(container.build.dockerfile)
    const inside = new RegExp(`${port}=(?<port>\\d+)`, 'u').exec(dockerfile)?.groups?.['port']

    expect(unknownTo(service, [host ?? '', port ?? ''])).toEqual([])
    expect(dockerfile).toContain(`${host}=0.0.0.0`)
    expect(container.ports).toEqual([`127.0.0.1:${inside}:${inside}`])
  })

  test('needs no package beside those that the Dockerfile takes along', () => {
    const manifest: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
      readRoot(`services/${service}/package.json`),
    )
    const ownPackages = globSync('packages/*/package.json', { cwd: ROOT }).map(nameOf)
    const inClone = Object.entries(manifest.dependencies).filter(([, version]) => version.startsWith('workspace:'))

    expect(inClone.filter(([name]) => !ownPackages.includes(name))).toEqual([])
  })
})

test('every secret, network and volume that a container names is there, and none is left over', () => {
  const all = Object.values(compose.services)
  const named = {
    secrets: all.flatMap(({ secrets }) => secrets.map((one) => (typeof one === 'string' ? one : one.source))),
    networks: all.flatMap(({ networks }) => networks),
    volumes: all.flatMap(({ volumes }) =>
      volumes.flatMap((one) => (typeof one === 'string' ? (one.split(':')[0] ?? []) : [])),
    ),
  }

  for (const kind of ['secrets', 'networks', 'volumes'] as const) {
    expect([...new Set(named[kind])].toSorted()).toEqual(Object.keys(compose[kind]).toSorted())
  }
})

test('every file that is mounted is written by deploy/prepare.sh', () => {
  const { services, secrets } = compose
  const folders = Object.values(services).flatMap(({ volumes }) =>
    volumes.flatMap((one) => (typeof one === 'string' ? [] : one.source)),
  )
  const mounted = [...folders, ...Object.values(secrets).map(({ file }) => file)]

  expect(mounted.length).toBeGreaterThan(10)
  expect(mounted.filter((path) => !existsSync(join(prepared.folder, path)))).toEqual([])
})

test('the database and the blocks are reached by those alone whose they are, and the worker reaches neither', () => {
  const { services, networks } = compose
  const onNetwork = (name: string): readonly string[] =>
    Object.entries(services).flatMap(([service, { networks: own }]) => (own.includes(name) ? service : []))

  expect(onNetwork('database')).toEqual(['market', 'scheduler', 'storage', 'keeper', 'postgres'])
  expect(onNetwork('blocks')).toEqual(['storage', 'ipfs'])
  expect(onNetwork('worker')).toEqual(['worker'])
  expect([networks['database'], networks['blocks']]).toEqual([{ internal: true }, { internal: true }])
  expect(services.postgres.ports).toEqual([])
})

test('each profile starts what its name says, and is one that deploy/prepare.sh knows', () => {
  const services = Object.entries(compose.services)
  const startedBy = (profile: string): readonly string[] =>
    services.flatMap(([name, { profiles }]) => (profiles.includes(profile) ? name : []))
  const profiles = [...new Set(services.flatMap(([, one]) => one.profiles))]

  expect(Object.fromEntries(profiles.map((profile) => [profile, startedBy(profile)]))).toEqual({
    market: ['market'],
    pool: ['scheduler'],
    storage: ['storage'],
    keeper: ['keeper'],
    worker: ['worker'],
    database: ['postgres'],
    ipfs: ['ipfs'],
    all: [...SERVICES, 'postgres'],
  })
  const known = prepared.prepare('--profiles', 'nothing').errors.match(/[a-z]+/gu)
  expect(profiles.filter((profile) => known?.includes(profile) !== true)).toEqual([])
})

test('a worker with an engine is told settings that it has, and finds folders under the paths that the engine knows', () => {
  const worker = readWorkerWithEngine()

  expect(unknownTo('worker', Object.keys(worker.environment))).toEqual([])
  expect(worker.volumes.map(({ source, target }) => [source, target])).toEqual([
    ['/srv/iexec-worker', worker.environment['WORKER_DATA_DIR']],
    ['/var/run/docker.sock', worker.environment['WORKER_DOCKER_HOST']?.replace('unix://', '')],
  ])
})

test('every setting and every figure that docs/deploy.md names is one', () => {
  const guide = readRoot('docs/deploy.md')
  const all = [...settings.values()].flatMap((names) => [...names])
  const ownNames = [...guide.matchAll(/\b(?:MARKET|SCHEDULER|STORAGE|KEEPER|WORKER)_[A-Z\d_]+\b/gu)].map(
    ([name]) => name,
  )
  const forCompose = [...readRoot('compose.yaml').matchAll(/\$\{(?<name>[A-Z_]+):/gu)].map(
    (found) => found.groups?.['name'],
  )
  const sources = globSync(['services/*/src/**/*.ts', 'packages/service/src/**/*.ts'], { cwd: ROOT })
    .map(readRoot)
    .join('\n')
  const figures = [...guide.matchAll(/`(?<name>(?:market|scheduler|storage|keeper|iexec_worker|http)_[a-z_]+)`/gu)].map(
    (found) => found.groups?.['name'] ?? '',
  )

  expect(ownNames.filter((name) => !all.includes(name) && !forCompose.includes(name))).toEqual([])
  expect(figures.length).toBeGreaterThan(5)
  // Some are put together: market_ and lag_blocks.
  const isFigure = (name: string): boolean =>
    [name, name.replace(/^[a-z]+_/u, '')].some((part) => sources.includes(`'${part}'`))
  expect(figures.filter((name) => !isFigure(name))).toEqual([])
})
