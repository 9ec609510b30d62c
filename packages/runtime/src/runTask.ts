// One task, from what the chain says of it to what is voted for: fetched, run, judged and archived, in a folder of its own.
import { join } from 'node:path'
import { writeArchive, type Archive } from './contract/archive.ts'
import {
  bagOf,
  describeRun,
  faultOfRefusal,
  type BagEntry,
  type RunPlan,
  type TaskFacts,
} from './contract/describeRun.ts'
import { prepareFolders, removeFolder } from './contract/folders.ts'
import { judgeFault, judgeRun, type Given, type Verdict } from './contract/verdict.ts'
import { fetchBagEntry } from './inputs/fetchBag.ts'
import { fetchInputs } from './inputs/fetchInputs.ts'
import type { FetchOptions } from './inputs/fetchFile.ts'
import { layOut } from './inputs/layOut.ts'
import { MachineFault, TaskFault } from './job.ts'
import type { Ending, Engine, FetchProgress, LogChunk, PreparedApp, Ran, RunFolders } from './job.ts'

/** What happens while a task runs, in this order; app and inputs are fetched side by side. */
export type RunEvent =
  | { readonly type: 'fetching'; readonly what: 'app' | 'inputs'; readonly progress: FetchProgress }
  /** All is there; the app starts. */
  | { readonly type: 'running' }
  | ({ readonly type: 'log' } & LogChunk)
  | { readonly type: 'ended'; readonly ending: Ending }

/** Where and with what a task is run. */
export type RunTaskOptions = Pick<FetchOptions, 'gateways' | 'patience' | 'local'> & {
  /** One of each type. */
  readonly engines: readonly Engine[]
  /** Of this task alone: all that is in it is removed. */
  readonly folder: string
  /** Whether inputs may come from private addresses, this machine included. */
  readonly allowsPrivateInputs: boolean
  /** Whether apps whose deal asks for it may reach the internet. */
  readonly allowsNetwork: boolean
  readonly signal: AbortSignal
  readonly onEvent?: (event: RunEvent) => void
}

/** What came of a task: what to vote for, and the archive that a storage gets. */
export type Outcome = WithoutEntries<Verdict> & {
  readonly archive: Archive
  /** Missing when something could not be fetched, so that nothing ran. */
  readonly ran?: Ran
}

type WithoutEntries<Judged> = Judged extends unknown ? Omit<Judged, 'entries'> : never

/**
 * Runs a task. What fails by the task's own fault is an outcome, to be voted for as well. What nobody can run, by what its deal
 * says, fails before anything is fetched, and takes no engine.
 *
 * The folder holds nothing but the archive afterwards, and is gone when this throws. Called again, it begins anew and comes to the
 * same vote.
 *
 * @throws MachineFault when this machine cannot do it now; what `signal` was aborted with
 * @example
 * const outcome = await runTask(facts, { engines: [wasm], folder, gateways, allowsPrivateInputs: false, allowsNetwork: false, signal })
 * if (outcome.digest !== undefined) await contribute(outcome.digest)
 */
export async function runTask(facts: TaskFacts, options: RunTaskOptions): Promise<Outcome> {
  const runIn = prepareRun(facts, options)
  try {
    const folders = await prepareFolders(options.folder)
    const { verdict, ran } = await runIn(folders)
    const { entries, ...judged } = verdict
    const archive = await writeArchive(join(options.folder, 'result.zip'), entries)
    await Promise.all(Object.values(folders).map(removeFolder))
    options.signal.throwIfAborted()
    return { ...judged, archive, ...(ran === undefined ? {} : { ran }) }
  } catch (error) {
    await removeFolder(options.folder)
    throw error
  }
}

type Running = {
  readonly facts: TaskFacts
  readonly plan: RunPlan
  readonly engine: Engine
  readonly folders: RunFolders
  readonly options: RunTaskOptions
}

type Done = { readonly verdict: Verdict; readonly ran?: Ran }

/** Finds out what can be known before there is a folder. */
function prepareRun(facts: TaskFacts, options: RunTaskOptions): (folders: RunFolders) => Promise<Done> {
  const plan = findPlan(facts)
  if (plan instanceof TaskFault) return async () => ({ verdict: judgeFault(plan, facts.hasCallback) })
  const engine = requireEngine(plan, options)
  return async (folders) => runPlan({ facts, plan, engine, folders, options })
}

async function runPlan(running: Running): Promise<Done> {
  const { folders, options } = running
  const ready = await gather(running)
  if (ready instanceof TaskFault) return { verdict: judgeFault(ready, running.plan.hasCallback) }
  const { app, plan, given } = ready
  options.onEvent?.({ type: 'running' })
  const ran = await app.run(plan.job, folders, {
    signal: options.signal,
    onLog: (chunk) => options.onEvent?.({ type: 'log', ...chunk }),
  })
  const { ending, stdout, stderr } = ran
  options.onEvent?.({ type: 'ended', ending })
  options.signal.throwIfAborted()
  if (ending.kind === 'aborted') throw new MachineFault('The run was taken back by somebody else.')
  const { hasCallback, isTee, job } = plan
  const verdict = await judgeRun({
    ending,
    logs: { stdout, stderr },
    folders,
    given,
    limits: job.limits,
    hasCallback,
    isTee,
  })
  return { verdict, ran }
}

type Ready = { readonly app: PreparedApp; readonly plan: RunPlan; readonly given: Given }

/**
 * Fetches all that a run needs, side by side. Of several faults, all workers have to tell the same: that of the app comes first.
 */
async function gather(running: Running): Promise<Ready | TaskFault> {
  const { engine, plan, options } = running
  const enough = new AbortController()
  const signal = AbortSignal.any([options.signal, enough.signal])
  const stopAll = (error: unknown): never => {
    enough.abort(error)
    throw error
  }
  const app = engine
    .prepare(plan.job.app, {
      signal,
      seconds: plan.fetch.seconds,
      gateways: options.gateways,
      onProgress: (progress) => options.onEvent?.({ type: 'fetching', what: 'app', progress }),
    })
    .catch(stopAll)
  // A fault of the inputs has to wait for the app's.
  const inputs = gatherInputs(running, signal).catch((error: unknown) =>
    error instanceof TaskFault ? error : stopAll(error),
  )
  const [gotApp, gotInputs] = await Promise.allSettled([app, inputs])
  options.signal.throwIfAborted()
  // Whatever was aborted in consequence was aborted with the first error.
  const first: unknown = enough.signal.aborted ? enough.signal.reason : undefined
  if (first instanceof TaskFault) return first
  if (gotApp.status === 'rejected') throw first ?? gotApp.reason
  if (gotInputs.status === 'rejected') throw first ?? gotInputs.reason
  if (gotInputs.value instanceof TaskFault) return gotInputs.value
  return { app: gotApp.value, ...gotInputs.value }
}

async function gatherInputs({ facts, folders, options }: Running, signal: AbortSignal): Promise<Omit<Ready, 'app'>> {
  const { gateways, patience, local, folder, onEvent } = options
  const how = { gateways, patience, local, signal, allowsPrivate: options.allowsPrivateInputs }
  const seconds = facts.categorySeconds
  const bag = bagOf(facts)
  const entry = bag && (await fetchBagEntry(bag, { ...how, seconds, folder, index: facts.index }))
  const plan = findPlan(facts, entry || undefined)
  if (plan instanceof TaskFault) throw plan
  const inputs = await fetchInputs(plan, folders.input, {
    ...how,
    onProgress: (progress) => onEvent?.({ type: 'fetching', what: 'inputs', progress }),
  })
  return { plan, given: await layOut(inputs, folders.legacy, { fetch: plan.fetch, signal }) }
}

function findPlan(facts: TaskFacts, entry?: BagEntry): RunPlan | TaskFault {
  const plan = describeRun(facts, entry)
  if (plan.ok) return plan
  const fault = faultOfRefusal(plan)
  if (fault instanceof TaskFault) return fault
  throw fault
}

function requireEngine({ job: { app, network } }: RunPlan, { engines, allowsNetwork }: RunTaskOptions): Engine {
  if (network && !allowsNetwork) {
    throw new MachineFault('The deal asks for the internet, and the owner of this worker does not allow it.')
  }
  const engine = engines.find(({ type }) => type === app.type)
  if (engine !== undefined) return engine
  throw new MachineFault(`This worker has no engine for apps of the type ${app.type}.`)
}
