// A registry of images as a part of a network: a container of its own, which listens on this machine alone, keeps its images in the
// network's folder, and starts and ends with the network.
import { mkdirSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { NetworkFault } from '../folder/fault.ts'
import { requireFreePort } from '../folder/ports.ts'
import { logFile, urlOf } from '../run/plans.ts'
import { createRegistry, listOwn, removeOwn, type RegistryPlan } from './container.ts'
import { openEngine, type Container, type Engine } from './engine.ts'
import { requireImage } from './image.ts'
import { forgetNote, imagesOf, readNote, writeNote, type RegistryNote } from './note.ts'

/** The name of this part. */
export const REGISTRY = 'registry'
/** What everybody runs as a registry. */
export const USUAL_REGISTRY_IMAGE = 'docker.io/library/registry:2'

/** Which registry, and in which engine. */
export type RegistryWish = Omit<RegistryPlan, 'image'> & {
  /** Of which image it is; undefined for the one of before, or the usual one. */
  readonly image: string | undefined
  /** In the words of DOCKER_HOST; undefined for the engine of this machine. */
  readonly dockerHost: string | undefined
  /** Ends the start. */
  readonly signal?: AbortSignal
}

/** How a registry is. */
export type RegistryState = {
  readonly url: string
  /** On the engine's machine; 0 when it does not run. */
  readonly pid: number
  readonly isHealthy: boolean
  readonly since: string | undefined
  readonly memoryBytes: number | undefined
  /** How often it was started again. */
  readonly falls: number
}

/** Whether the network of a folder has had a registry: then it has one at each start. */
export function hasRegistry(folder: string): boolean {
  return readNote(folder) !== undefined
}

/**
 * Starts the registry of a network, or finds that it runs.
 *
 * @returns where images are pushed to and pulled from: `127.0.0.1:8550`
 * @throws NetworkFault when it cannot be had, in one sentence
 * @example
 * await startRegistry({ folder, port: 8550, image: undefined, dockerHost: undefined }) // '127.0.0.1:8550'
 */
export async function startRegistry(wish: RegistryWish): Promise<string> {
  const { folder, port } = wish
  const note = readNote(folder)
  if (note?.running?.port === port && (await readRegistry(folder))?.isHealthy === true) return placeOf(port)
  const image = wish.image ?? note?.image ?? USUAL_REGISTRY_IMAGE
  const engine = await openEngine(wish.dockerHost)
  try {
    await removeOwn(engine, folder)
    await requireFreePort(port, REGISTRY)
    await requireImage(engine, image, wish.signal)
    wish.signal?.throwIfAborted()
    mkdirSync(imagesOf(folder), { recursive: true, mode: 0o700 })
    // Whoever is killed from here on has left what finds the container.
    writeNote(folder, { image, running: { ...hostOf(wish), port } })
    await startOrRemove(engine, { port, folder, image, before: note })
    return placeOf(port)
  } catch (cause) {
    if (cause instanceof NetworkFault) throw cause
    throw new NetworkFault(`The registry of images did not start: ${engine.wordsOf(cause)}`, { cause })
  }
}

type Starting = RegistryPlan & {
  /** What was written down before. */
  readonly before: RegistryNote | undefined
}

/** One that cannot be is not tried at each start. */
async function startOrRemove(engine: Engine, { before, ...plan }: Starting): Promise<void> {
  const { port, folder } = plan
  try {
    const container = await createRegistry(engine, plan)
    await engine.ask(engine.docker, 'start a container', container.start() as Promise<unknown>)
    await untilWell(engine, { container, port })
  } catch (cause) {
    await removeOwn(engine, folder)
    if (before === undefined) forgetNote(folder)
    else writeNote(folder, { image: before.image, running: undefined })
    throw cause
  }
}

/**
 * Ends the registry of a network, if there is one; its images are kept.
 *
 * @returns whether there was one
 * @throws MachineFault when its engine does not answer
 */
export async function endRegistry(folder: string): Promise<boolean> {
  const note = readNote(folder)
  if (note?.running === undefined) return false
  await copyRegistryLog(folder)
  const wasThere = await removeOwn(await openEngine(note.running.dockerHost), folder)
  writeNote(folder, { image: note.image, running: undefined })
  return wasThere
}

/** How the registry of a network is; undefined when it has none, or it was ended. */
export async function readRegistry(folder: string): Promise<RegistryState | undefined> {
  const running = readNote(folder)?.running
  if (running === undefined) return undefined
  const url = urlOf(running.port)
  try {
    const engine = await openEngine(running.dockerHost)
    const { docker, ask } = engine
    const [container] = await listOwn(engine, folder)
    if (container === undefined) return gone(url)
    const { State: state, RestartCount: falls } = await ask(docker, 'look for a container', container.inspect())
    const [isUp, memoryBytes] = await Promise.all([isWell(running.port), memoryOf(container)])
    const isHealthy = state.Running && isUp
    return { url, pid: state.Pid, isHealthy, since: state.StartedAt, memoryBytes, falls }
  } catch {
    return gone(url)
  }
}

/** One that does not run, or whose engine does not answer. */
function gone(url: string): RegistryState {
  return { url, pid: 0, isHealthy: false, since: undefined, memoryBytes: undefined, falls: 0 }
}

/** Writes what the registry of a network has said to where all parts have their logs. */
export async function copyRegistryLog(folder: string): Promise<void> {
  const running = readNote(folder)?.running
  if (running === undefined) return
  try {
    const engine = await openEngine(running.dockerHost)
    const [container] = await listOwn(engine, folder)
    if (container === undefined) return
    const said = await readSaid(engine, container)
    writeFileSync(logFile(folder, REGISTRY), said, { mode: 0o600 })
  } catch {
    // Of an engine that does not answer, the log stays as it was.
  }
}

/** More than the engine keeps. */
const LARGEST_LOG = 4_000_000

async function readSaid({ docker, ask, readLogs }: Engine, container: Container): Promise<string> {
  const asked = container.logs({ follow: false, stdout: true, stderr: true })
  const parts: string[] = []
  const { push } = readLogs(LARGEST_LOG, ({ text }) => {
    parts.push(text)
  })
  push(Buffer.from(await ask(docker, 'show a log', asked)))
  return parts.join('')
}

async function memoryOf(container: Container): Promise<number | undefined> {
  try {
    const { memory_stats: memory } = await container.stats({ stream: false, 'one-shot': true })
    return memory.usage
  } catch {
    return undefined
  }
}

const LONGEST_START_MS = 30_000
const LONGEST_ANSWER_MS = 5_000
const LOOK_MS = 25

async function isWell(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`${urlOf(port)}/v2/`, { signal: AbortSignal.timeout(LONGEST_ANSWER_MS) })
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false
  }
}

type Listening = { readonly container: Container; readonly port: number }

async function untilWell(engine: Engine, { container, port }: Listening): Promise<void> {
  const end = performance.now() + LONGEST_START_MS
  while (!(await isWell(port))) {
    const { State: state } = await engine.ask(engine.docker, 'look for a container', container.inspect())
    if (!state.Running && !state.Restarting) {
      const last = (await readSaid(engine, container)).trim().split('\n').at(-1) ?? ''
      throw new NetworkFault(`The registry of images ended (${state.ExitCode}) before it listened: ${last}`)
    }
    if (performance.now() > end) {
      throw new NetworkFault(
        `The registry of images runs, but does not answer at ${urlOf(port)}: its engine has to be on this machine.`,
      )
    }
    await sleep(LOOK_MS)
  }
}

function placeOf(port: number): string {
  return `127.0.0.1:${port}`
}

/** Whoever ends it may not have the same environment. */
function hostOf({
  dockerHost = process.env['DOCKER_HOST'],
}: RegistryWish): Pick<NonNullable<RegistryNote['running']>, 'dockerHost'> {
  return dockerHost === undefined || !/^(?:unix|tcp|https?):/u.test(dockerHost) ? {} : { dockerHost }
}
