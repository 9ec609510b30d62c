// Computes a task, and keeps what is to be voted for where no kill and no power cut reaches it.
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { resultHash, type TaskId } from '@iexec/protocol'
import { runTask, type Engine, type LogChunk, type Outcome, type TaskFacts } from '@iexec/runtime'
import { sayWhy } from '@iexec/service'
import type { StoredVote } from '../place/state.ts'
import type { PlaceEvent } from '../place/step.ts'

/** With what and where tasks are run. */
export type ComputeOptions = {
  readonly engines: readonly Engine[]
  /** The folder in which each task has one of its own. */
  readonly folder: string
  readonly gateways: () => readonly string[]
  readonly allowsPrivateInputs: boolean
  readonly allowsNetwork: boolean
}

/** Who listens to one run, and who stops it. */
export type ComputeListener = {
  readonly signal: AbortSignal
  readonly onStage: (stage: 'fetching' | 'running') => void
  readonly onLog: (chunk: LogChunk) => void
}

/**
 * Computes a task, or finds what an earlier life of this process has computed.
 *
 * @returns what happened; `undefined` when it was stopped
 * @example
 * await computeTask(facts, options, { signal, onStage, onLog }) // { type: 'computed', vote: { digest: '0x…', … } }
 */
export async function computeTask(
  facts: TaskFacts,
  options: ComputeOptions,
  listener: ComputeListener,
): Promise<PlaceEvent | undefined> {
  const { signal } = listener
  const kept = await readVote(options.folder, facts)
  if (kept !== undefined) return { type: 'computed', vote: kept }
  try {
    listener.onStage('fetching')
    const { engines, allowsNetwork, allowsPrivateInputs, gateways, folder } = options
    const outcome = await runTask(facts, {
      engines,
      allowsNetwork,
      allowsPrivateInputs,
      gateways: gateways(),
      folder: folderOf(folder, facts.taskId),
      signal,
      onEvent: (event) => {
        if (event.type === 'running') listener.onStage('running')
        if (event.type === 'log') listener.onLog(event)
      },
    })
    const vote = voteOf(outcome, facts)
    if (vote === undefined) return noVote(outcome)
    await keepVote(options.folder, facts.taskId, vote)
    return { type: 'computed', vote }
  } catch (error) {
    if (signal.aborted) return undefined
    return { type: 'failed', cause: 'MACHINE_FAULT', message: sayWhy(error) }
  }
}

/** The folder of a task: nothing of it is anywhere else but its vote. */
function folderOf(folder: string, taskId: string): string {
  return join(folder, taskId)
}

/**
 * The file with a result.
 *
 * @example
 * archiveOf('/var/worker/tasks', taskId, vote) // '/var/worker/tasks/0x…/result.zip'
 */
export function archiveOf(folder: string, taskId: string, vote: StoredVote): string {
  return join(folderOf(folder, taskId), vote.archive)
}

/** Removes all that is left of a task. */
export async function removeTask(folder: string, taskId: string): Promise<void> {
  await rm(voteFile(folder, taskId), { force: true })
  await rm(folderOf(folder, taskId), { recursive: true, force: true })
}

function voteOf(outcome: Outcome, { taskId, startTime }: TaskFacts): StoredVote | undefined {
  const { digest, ran } = outcome
  if (digest === undefined) return undefined
  const exitCode = ran?.ending.kind === 'exited' ? ran.ending.exitCode : undefined
  const shared = {
    digest,
    resultHash: resultHash(taskId as TaskId, digest),
    archive: 'result.zip',
    exitCode,
    startTime,
  }
  if (outcome.kind === 'fault') return { ...shared, cause: outcome.cause, message: outcome.message }
  return { ...shared, callbackData: outcome.callbackData }
}

function noVote(outcome: Outcome): PlaceEvent {
  if (outcome.kind === 'fault') return { type: 'failed', cause: outcome.cause, message: outcome.message }
  return { type: 'failed', cause: 'RESULT_REFUSED', message: 'The app left nothing to vote for.' }
}

/**
 * The vote of an earlier life, when its result is whole: archives get their name when they are. Computed for another start of the
 * deal, it would be another one: apps read that time from their clock.
 */
async function readVote(folder: string, { taskId, startTime }: TaskFacts): Promise<StoredVote | undefined> {
  try {
    const vote = JSON.parse(await readFile(voteFile(folder, taskId), 'utf8')) as StoredVote
    await stat(archiveOf(folder, taskId, vote))
    return vote.startTime === startTime ? vote : undefined
  } catch {
    return undefined
  }
}

/** The database may lose its last moments in a power cut, and a vote that cannot be revealed costs the stake: this is on the disk. */
async function keepVote(folder: string, taskId: string, vote: StoredVote): Promise<void> {
  const file = voteFile(folder, taskId)
  const handle = await open(`${file}.part`, 'w', 0o600)
  try {
    await handle.writeFile(JSON.stringify(vote))
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.part`, file)
}

function voteFile(folder: string, taskId: string): string {
  return `${folderOf(folder, taskId)}.vote.json`
}
