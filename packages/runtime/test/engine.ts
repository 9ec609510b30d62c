// A real Docker Engine and a registry of their own on loopback, for tests: started once for all packages of a run, and stopped
// by process id. Needs root and Debian's docker.io, docker-registry and busybox-static; without them the tests say that they
// are skipped, and in CI they fail.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { readLoader } from '../src/docker/elf.ts'
import { startRegistry } from './registry.ts'

export { architectureHere, pushImage, type ImageSpec, type ImageTarget, type PushedImage } from './images.ts'
export { startRegistry, type RegistryOptions, type TestRegistry } from './registry.ts'
export type { LayerEntry } from './tar.ts'

/** Where the engine and the registry of this run are. Plain data, so that it reaches the processes of the tests. */
export type TestEngineAddress = {
  /** As in DOCKER_HOST: `unix:///…/docker.sock`. */
  readonly host: string
  /** `127.0.0.1:PORT`. */
  readonly registry: string
  /** Path of a statically linked busybox, of which images are made. */
  readonly busybox: string
}

declare module 'vitest' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- vitest reads this by merging interfaces
  export interface ProvidedContext {
    /** `undefined` on a machine without an engine: its tests are skipped. */
    engine: TestEngineAddress | undefined
  }
}

/** An engine that runs, with its registry. */
export type TestEngine = { readonly address: TestEngineAddress; readonly stop: () => Promise<void> }

const PACKAGES = 'docker.io docker-registry busybox-static'

/**
 * The global setup of a package whose tests run containers: `export { setupEngine as setup } from '@iexec/runtime/test/engine'`
 * in its `test/globalSetup.ts`, and `inject('engine')` in its tests. All packages of one run share one engine.
 *
 * @returns how to stop it
 * @throws Error in CI when there is no engine; elsewhere that is said, and the tests are skipped
 *
 * @example
 * const engine = inject('engine')
 * describe.skipIf(engine === undefined)('a container', () => { … })
 */
export async function setupEngine(project: Pick<TestProject, 'provide'>): Promise<(() => Promise<void>) | undefined> {
  try {
    const { address, stop } = await shareEngine()
    project.provide('engine', address)
    return stop
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    if (process.env['CI'] !== undefined)
      throw new Error(`${why} CI must not skip the tests of containers.`, { cause: error })
    console.warn(`${why} The tests that need a Docker Engine are skipped.`)
    project.provide('engine', undefined)
    return undefined
  }
}

/** What this machine lacks for an engine of its own, as one sentence; `undefined` when it has everything. */
function findMissing(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'Only root on Linux can start a Docker Engine for tests.'
  const lacks = [
    ...['dockerd', 'docker-registry'].filter((program) => spawnSync(program, ['--version']).status !== 0),
    ...(findBusybox() === undefined ? ['a static busybox'] : []),
  ]
  return lacks.length === 0 ? undefined : `Not installed: ${lacks.join(', ')} (Debian: apt-get install ${PACKAGES}).`
}

function findBusybox(): string | undefined {
  return ['/bin/busybox', '/usr/bin/busybox'].find((path) => {
    try {
      return readLoader(readFileSync(path)) === undefined
    } catch {
      return false
    }
  })
}

type Shared = { users: number; readonly engine: Promise<TestEngine> }

const SHARED = Symbol.for('iexec.runtime.test.engine')
// Each package's setup is a module instance of its own, but all of them live in one process.
const everyone = globalThis as { [SHARED]?: Shared }

async function shareEngine(): Promise<TestEngine> {
  const shared = (everyone[SHARED] ??= { users: 0, engine: startEngine() })
  shared.users += 1
  const { address, stop } = await shared.engine
  return {
    address,
    stop: async () => {
      shared.users -= 1
      if (shared.users > 0) return
      delete everyone[SHARED]
      await stop()
    },
  }
}

/**
 * Starts an engine and a registry that nobody else uses.
 *
 * @throws Error with what this machine lacks, or with what the engine said when it ended before it was ready
 *
 * @example
 * const { address, stop } = await startEngine()
 */
export async function startEngine(): Promise<TestEngine> {
  const missing = findMissing()
  const busybox = findBusybox()
  if (missing !== undefined || busybox === undefined) throw new Error(missing)
  const folder = mkdtempSync(join(tmpdir(), 'iexec-engine-'))
  const registry = await startRegistry()
  const daemon = await startDaemon(folder).catch(async (error: unknown) => {
    await registry.stop()
    removeFolder(folder)
    throw error
  })
  return {
    address: { host: daemon.host, registry: registry.host, busybox },
    stop: async () => {
      await Promise.all([daemon.stop(), registry.stop()])
      removeFolder(folder)
    },
  }
}

type Daemon = { readonly host: string; readonly stop: () => Promise<void> }

async function startDaemon(folder: string): Promise<Daemon> {
  const host = `unix://${join(folder, 'docker.sock')}`
  // The machine's own network stays as it is: no bridge, no rules, no forwarding. Where overlay file systems cannot be had,
  // the engine takes its plain one by itself.
  const network = [
    '--bridge=none',
    '--iptables=false',
    '--ip6tables=false',
    '--ip-forward=false',
    '--userland-proxy=false',
  ]
  const folders = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '-p', join(folder, 'pid')]
  const child = spawn('dockerd', ['-H', host, ...folders, ...network, '--shutdown-timeout=2'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve()
    })
  })
  await ready(child)
  return {
    host,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function ready(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    // Only the end is of interest: an engine is talkative, and lives as long as all tests.
    said = (said + text).slice(-8000)
    if (said.includes('API listen on')) resolve(undefined)
  })
  child.once('error', reject)
  child.once('close', (code) => {
    const last = said.trim().split('\n').at(-1)
    reject(new Error(`dockerd ended (${code}) before it listened: ${last}.`, { cause: said }))
  })
  await promise
}

/** Removes what an engine wrote; what it left mounted, such as the networks of containers that were killed with it, first. */
function removeFolder(folder: string): void {
  const mounted = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${folder}/`))
  for (const path of mounted.toReversed()) spawnSync('umount', ['-l', path])
  rmSync(folder, { recursive: true, force: true })
}
