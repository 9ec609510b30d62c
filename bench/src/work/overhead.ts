// What a task costs beside what its engine takes for the same container, or for the same module.
import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { NO_TAG } from '@iexec/protocol'
import {
  createDockerEngine,
  createWasmEngine,
  describeRun,
  runTask,
  type Engine,
  type Job,
  type RunFolders,
  type TaskFacts,
} from '@iexec/runtime'
import { connect, completeOptions, createContainer, describeContainer } from '@iexec/runtime/bench'
import { pushImage, startEngine, type TestEngineAddress } from '@iexec/runtime/test/engine'
import { keccak256, sha256, stringToHex } from 'viem'
import { familyTime } from '../process.ts'
import { percentile, type Figure } from '../report.ts'
import { NOOP } from './noop.ts'

const execute = promisify(execFile)
const NEVER = new AbortController().signal

/**
 * Runs both kinds of apps so many times; containers only where an engine is, or can be started.
 *
 * @param address of an engine that runs; without it, one is started
 * @example
 * await measureOverheads(50)
 */
export async function measureOverheads(runs: number, address?: TestEngineAddress): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-runs-'))
  const measureContainers = async (): Promise<readonly Figure[]> =>
    address === undefined ? startAndMeasure(runs, folder) : compareContainers(runs, folder, address)
  try {
    return [...(await measureContainers()), ...(await measureModules(runs, folder))]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function startAndMeasure(runs: number, folder: string): Promise<readonly Figure[]> {
  const engine = await startEngine().catch((error: unknown) => {
    console.log(`Containers are not measured: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  })
  if (engine === undefined) return []
  try {
    return await compareContainers(runs, folder, engine.address)
  } finally {
    await engine.stop()
  }
}

async function compareContainers(runs: number, folder: string, address: TestEngineAddress): Promise<readonly Figure[]> {
  const { image, digest } = await pushImage(address, { config: { Entrypoint: ['/bin/sh', '-c', ':'] } })
  const engine = createDockerEngine({ host: address.host, label: 'bench' })
  const facts = factsOf({ type: 'DOCKER', multiaddr: image, checksum: digest })
  const task = async (): Promise<void> => runWhole(engine, facts, join(folder, 'task'))
  // The first one pulls the image.
  await task()
  const pulled = `${image.replace(/:[^:/]+$/u, '')}@sha256:${digest.slice(2)}`
  const bare = await openBareContainer({ host: address.host, image: pulled }, jobOf(facts), foldersIn(folder))
  const [alone, whole] = await alternate(runs, [bare, task])
  return [
    {
      name: 'a task in a container, p50',
      value: percentile(whole, 0.5),
      unit: 'ms',
      baseline: { name: 'the engine alone with the same container', value: percentile(alone, 0.5) },
    },
    {
      name: 'a task in a container: more than the engine alone, p50',
      value: percentile(differences(whole, alone), 0.5),
      unit: 'ms',
      target: { value: 150, better: 'lower' },
    },
  ]
}

/** Created, started, waited for and removed, with all settings of a task. */
async function openBareContainer(
  { host, image }: { readonly host: string; readonly image: string },
  job: Job,
  folders: RunFolders,
): Promise<() => Promise<void>> {
  const docker = connect({ host })
  const [{ Id: id }, { NCPU: cpus }] = await Promise.all([
    docker.getImage(image).inspect(),
    docker.info() as Promise<{ readonly NCPU: number }>,
  ])
  const settings = completeOptions({ label: 'bench-bare' })
  const described = describeContainer({ image: { id, volumes: [] }, job, folders, settings, cpus })
  return async () => {
    const container = await createContainer(docker, described)
    await container.start()
    await container.wait()
    await container.remove({ force: true, v: true })
  }
}

async function measureModules(runs: number, folder: string): Promise<readonly Figure[]> {
  const { url, server } = await serve(NOOP)
  try {
    const engine = createWasmEngine({ folder: join(folder, 'wasm'), gateways: [], allowsPrivate: true })
    const facts = factsOf({ type: 'WASM', multiaddr: url, checksum: sha256(NOOP) })
    const job = jobOf(facts)
    const app = await engine.prepare(job.app, { signal: NEVER, seconds: 60 })
    const folders = foldersIn(folder)
    const [nothing, alone, whole] = await alternate(runs, [
      async () => void (await execute(process.execPath, ['-e', '0'])),
      async () => void (await app.run(job, folders, { signal: NEVER })),
      async () => runWhole(engine, facts, join(folder, 'task')),
    ])
    return [
      {
        name: 'a module alone, p50',
        value: percentile(alone, 0.5),
        unit: 'ms',
        baseline: { name: 'node -e 0', value: percentile(nothing, 0.5) },
      },
      {
        name: 'a task of a module, p50',
        value: percentile(whole, 0.5),
        unit: 'ms',
        baseline: { name: 'the module alone', value: percentile(alone, 0.5) },
      },
    ]
  } finally {
    server.close()
  }
}

async function runWhole(engine: Engine, facts: TaskFacts, folder: string): Promise<void> {
  const { digest } = await runTask(facts, {
    engines: [engine],
    folder,
    gateways: [],
    allowsPrivateInputs: true,
    allowsNetwork: false,
    signal: NEVER,
  })
  if (digest === undefined) throw new Error('The app that does nothing came to no result.')
}

/** Each of them in turn, so that whatever else this machine does concerns all alike; milliseconds. */
async function alternate<const Works extends readonly (() => Promise<void>)[]>(
  runs: number,
  works: Works,
): Promise<{ readonly [Place in keyof Works]: readonly number[] }> {
  const samples: number[][] = works.map(() => [])
  for (let run = 0; run < runs; run += 1) {
    for (const [place, work] of works.entries()) {
      const begin = performance.now()
      await work()
      samples[place]?.push(performance.now() - begin)
    }
  }
  return samples as unknown as { readonly [Place in keyof Works]: readonly number[] }
}

function differences(more: readonly number[], less: readonly number[]): readonly number[] {
  return more.map((value, place) => value - (less[place] ?? Number.NaN))
}

function factsOf(app: TaskFacts['app']): TaskFacts {
  return {
    taskId: keccak256(stringToHex('task')),
    dealId: keccak256(stringToHex('deal')),
    index: 0,
    botFirst: 0,
    botSize: 1,
    startTime: 1_700_000_000,
    categorySeconds: 300,
    tag: NO_TAG,
    params: '{}',
    hasCallback: false,
    app,
  }
}

function jobOf(facts: TaskFacts): Job {
  const plan = describeRun(facts)
  if (!plan.ok) throw new Error(plan.message)
  return plan.job
}

/** How fast something is that runs alone, and what it takes of the processors: its own share alone, whatever else runs. */
export type Pace = { readonly perSecond: number; readonly cpuMs: number }

/**
 * How many runs of the module a second this machine carries, with as many at a time as it has processors.
 *
 * @example
 * await measureEngine(200) // { perSecond: 14.2, cpuMs: 80 }
 */
export async function measureEngine(runs: number): Promise<Pace> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-engine-'))
  const { url, server } = await serve(NOOP)
  try {
    const engine = createWasmEngine({ folder: join(folder, 'wasm'), gateways: [], allowsPrivate: true })
    const job = jobOf(factsOf({ type: 'WASM', multiaddr: url, checksum: sha256(NOOP) }))
    const app = await engine.prepare(job.app, { signal: NEVER, seconds: 60 })
    const folders = foldersIn(folder)
    let left = runs
    const runAll = async (): Promise<void> => {
      while (left > 0) {
        left -= 1
        await app.run(job, folders, { signal: NEVER })
      }
    }
    const [begin, cpu] = [performance.now(), familyTime(process.pid)]
    await Promise.all(Array.from({ length: availableParallelism() }, runAll))
    const ms = performance.now() - begin
    return { perSecond: (runs / ms) * 1_000, cpuMs: (familyTime(process.pid) - cpu) / runs }
  } finally {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Folders for runs that leave nothing behind. */
function foldersIn(folder: string): RunFolders {
  const [input, output, legacy] = ['input', 'output', 'legacy'].map((name) => {
    const path = join(folder, `alone-${name}`)
    mkdirSync(path, { recursive: true })
    // Apps run as a user of their own.
    chmodSync(path, 0o777)
    return path
  }) as [string, string, string]
  return { input, output, legacy }
}

async function serve(content: Uint8Array): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((_, response) => response.end(content))
  const { promise, resolve } = Promise.withResolvers<undefined>()
  server.listen(0, '127.0.0.1', () => {
    resolve(undefined)
  })
  await promise
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/noop.wasm`, server }
}
