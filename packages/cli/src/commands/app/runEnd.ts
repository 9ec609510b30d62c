// How a run ends: with its result on this machine, or with the plain cause and where the money is.
import { resolve } from 'node:path'
import { formatRlc } from '@iexec/protocol'
import { IexecError, readHead, type Iexec, type Run, type RunState } from '@iexec/sdk'
import type { Call, Outcome } from '../../command.ts'
import { rows } from '../../rows.ts'
import { projectFolder } from '../../session.ts'
import { readEnds } from '../deal/show.ts'
import { describeSaved, requireRoom, resultPathOf, saveResult, type SavedResult } from '../result/save.ts'
import { troubleOf } from '../task/poolWords.ts'
import { failureText, moneyText, resultText } from '../task/words.ts'
import type { Bought } from './liveView.ts'

/** Nobody pays for a result that cannot be written where it is wanted. @throws CliError `BadFile` */
export async function requireRoomForResult({ options }: Call): Promise<void> {
  const { download } = options
  if (typeof download !== 'string') return
  // The id of the task is not known yet, and is only needed for a folder.
  const path = await resultPathOf(download, NO_TASK)
  if (!path.endsWith(`${NO_TASK}.zip`)) await requireRoom(path)
}

const NO_TASK = `0x${'0'.repeat(64)}` as Run['taskIds'][number]

type Deals = {
  readonly deals: readonly { readonly dealid: string; readonly volume: string; readonly txHash: string | undefined }[]
}

function rawDeals({ deals }: Bought): Deals {
  return { deals: deals.map(({ dealId, volume, txHash }) => ({ dealid: dealId, volume: volume.toString(), txHash })) }
}

function documentOf({ estimate, deals }: Bought, { taskIds }: Run): Readonly<Record<string, unknown>> {
  return {
    app: estimate.app,
    price: estimate.total,
    parts: estimate.parts,
    deals: deals.map(({ dealId, volume, txHash }) => ({ dealId, volume, txHash })),
    taskIds,
  }
}

/** A run that was bought and is not followed. */
export function boughtOutcome(run: Run, bought: Bought): Outcome {
  return {
    raw: rawDeals(bought),
    json: documentOf(bought, run),
    text: [
      `The run was bought for ${formatRlc(bought.estimate.total)}.`,
      ...rows([...run.dealIds.map((id) => ['deal', id] as const), ...run.taskIds.map((id) => ['task', id] as const)]),
      `iexec deal show ${run.dealId} --watch comes back to it.`,
      ...run.taskIds.slice(0, 1).map((id) => `iexec task show ${id} --download brings its result, once it is there.`),
    ],
  }
}

/** A run that has ended. */
export type Ended = { readonly run: Run; readonly state: RunState; readonly bought: Bought }

/** The result of a run that has ended, or why there is none. */
export async function endedOutcome(call: Call, iexec: Iexec, ended: Ended): Promise<Outcome> {
  const { run, state, bought } = ended
  const deal = await iexec.deals.show(run.dealId)
  const { tasks, failedTasks } = await readEnds(iexec, { deal, tasks: state.tasks })
  const home = await bringHome(call, iexec, state)
  const raw = { ...rawDeals(bought), tasks, failedTasks }
  const saved = home.saved
  return {
    raw: saved === undefined ? raw : { ...raw, resultPath: saved.resultPath },
    json: {
      ...documentOf(bought, run),
      status: state.status,
      failure: state.task?.failure ?? null,
      reason: state.reason,
      tasks: state.tasks,
      result: saved ?? null,
    },
    text: [...(await describeEnd(iexec, ended)), ...(saved === undefined ? home.notes : describeSaved(saved))],
    failures: [...failuresOf(state), ...(await askPool(iexec, state)), ...home.failures],
  }
}

function failuresOf({ task, tasks, reason }: RunState): readonly string[] {
  const lost = tasks.filter(({ end, failure }) => end !== 'completed' || failure !== undefined)
  const [first] = lost
  if (first === undefined) return []
  if (task !== undefined) return [failureText(task.id, task)]
  const causes = [...new Set(lost.flatMap(({ failure = [] }) => failure))]
  const why = causes.length === 0 ? '' : ` The workers agreed on ${causes.join(', ')}.`
  return [`${lost.length} of ${tasks.length} tasks ended without a result, the first is ${first.id}. ${reason}${why}`]
}

/** What the workers said of a failure on which they agreed: its exit code, what was too much. The pool may keep silent. */
async function askPool({ tasks }: Iexec, { task }: RunState): Promise<readonly string[]> {
  if (task?.failure === undefined) return []
  try {
    const { replicates } = await tasks.offchain(task.id)
    return troubleOf(replicates).map((sentence) => `  A worker says: ${sentence}`)
  } catch (error) {
    if (error instanceof IexecError) return []
    throw error
  }
}

async function describeEnd(iexec: Iexec, { run, state: { task, tasks } }: Ended): Promise<readonly string[]> {
  const { now } = await readHead(iexec.context)
  return [
    'Run',
    ...rows([
      ...run.dealIds.map((id) => ['deal', id] as const),
      ...tasks.map(({ id, statusName }) => ['task', `${id} ${statusName}`] as const),
      ['result', task === undefined ? undefined : resultText(task.results, task.deal)],
      ['money', task === undefined ? undefined : moneyText(task, now)],
    ]),
  ]
}

type Home = { readonly saved?: SavedResult; readonly notes: readonly string[]; readonly failures: readonly string[] }

/** People get their result without asking; programs when they ask. What was asked for and cannot be had is a failure. */
async function bringHome(call: Call, iexec: Iexec, { task, status }: RunState): Promise<Home> {
  const { download } = call.options
  const isAsked = download !== undefined
  if (status !== 'completed' || task === undefined) return NOTHING
  if (!isAsked && (call.terminal.format !== 'text' || task.results.storage !== 'ipfs')) return NOTHING
  const path = await resultPathOf(typeof download === 'string' ? download : undefined, task.id)
  try {
    return { ...NOTHING, saved: await saveResult(iexec, task.id, { path, signal: call.signal }) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const again = `iexec task show ${task.id} --download tries again.`
    if (!isAsked && error instanceof IexecError && error.code === 'NotConfigured') {
      return { ...NOTHING, notes: [`It was not downloaded. ${error.message}`, `  ${again}`] }
    }
    return {
      ...NOTHING,
      failures: [`The result was not written to ${resolve(projectFolder(), path)}. ${error.message} ${again}`],
    }
  }
}

const NOTHING: Home = { notes: [], failures: [] }
