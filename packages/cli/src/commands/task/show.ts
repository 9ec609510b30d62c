// iexec task show: where a task stands, until it ends where that is wanted, and its result.
import { asDealId, asTaskId } from '@iexec/protocol'
import { IexecError, readHead, type Iexec, type OffchainTask, type ShownTask, type TaskPlace } from '@iexec/sdk'
import type { Call, Command, Option, Outcome } from '../../command.ts'
import { CHAIN_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { isSet, openReader, text } from '../../session.ts'
import { follow } from '../../terminal/liveWatch.ts'
import { KEY_FILE_OPTION, KEY_FOLDER_OPTION, readPrivateKey } from '../result/keys.ts'
import { describeSaved, requireRoom, resultPathOf, saveResult, type SavedResult } from '../result/save.ts'
import { reasonText } from './poolWords.ts'
import { rawTask } from './rawShapes.ts'
import { withPool, type WithPool } from './withPool.ts'
import { describeTask, failureText } from './words.ts'

/** Where to look for a task that nobody began. */
export const DEAL_OPTION: Option = {
  flags: '--deal <dealid>',
  summary: 'the deal that it is of; needed as long as nobody has begun the task',
}

export const showTaskCommand: Command = {
  name: 'show',
  summary: 'show where a task stands, and get its result',
  description:
    'Shows where a task stands, why it waits and until when, what its workers do as far as the workerpool tells it, who voted, where the result is and where the money is. No password is asked. A result is compared with what the workers agreed on before it is written.',
  arguments: [{ name: 'taskid', summary: 'which one' }],
  options: [
    CHAIN_OPTION,
    ...WALLET_OPTIONS,
    DEAL_OPTION,
    { flags: '--watch', summary: 'follow it to its end' },
    { flags: '--download [fileName]', summary: 'write its result into a file or folder', fallback: '<taskid>.zip' },
    { flags: '--decrypt', summary: 'decrypt the result that is downloaded' },
    KEY_FOLDER_OPTION,
    KEY_FILE_OPTION,
  ],
  examples: [
    { line: 'iexec task show 0x…', meaning: 'as it is now' },
    { line: 'iexec task show 0x… --watch --download', meaning: 'waits for the result, and brings it home' },
    { line: 'iexec task show 0x… --download my.zip --decrypt', meaning: 'one that was encrypted for you' },
  ],
  run: showTaskOf,
}

async function showTaskOf(call: Call): Promise<Outcome> {
  const taskId = asTaskId(call.args[0])
  const place = placeOf(call)
  const wanted = await readDownload(call, async (wish) => resultPathOf(wish, taskId))
  const iexec = await openReader(call)
  const task = await (isSet(call, 'watch') ? watch : look)(call, iexec, { task: taskId, ...place })
  const { now } = await readHead(iexec.context)
  const saved = wanted === undefined ? undefined : await saveResult(iexec, taskId, { ...wanted, signal: call.signal })
  return outcomeOf(task, { now, saved, isFollowed: isSet(call, 'watch') })
}

/** The deal that the line names. @throws InputError `InvalidId` */
export function placeOf(call: Call): TaskPlace {
  const given = text(call, 'deal')
  return given === undefined ? {} : { dealid: asDealId(given) }
}

type Wanted = { readonly path: string; readonly privateKey: string | undefined }

/**
 * Where the result goes and what decrypts it: all that can be missing is found before anything is waited for.
 *
 * @param place turns what was typed, if anything, into a path
 */
async function readDownload(
  call: Call,
  place: (wish: string | undefined) => Promise<string>,
): Promise<Wanted | undefined> {
  const wish = call.options['download']
  if (wish === undefined && !isSet(call, 'decrypt')) return undefined
  const path = await place(typeof wish === 'string' ? wish : undefined)
  if (typeof wish === 'string') await requireRoom(path)
  return { path, privateKey: isSet(call, 'decrypt') ? await readPrivateKey(call) : undefined }
}

type Wish = TaskPlace & { readonly task: ShownTask['id'] }
type SeenTask = WithPool<ShownTask>

/** The task as it is now. Scripts that know `--raw` wait for the chain alone. */
async function look(call: Call, iexec: Iexec, { task: taskId, ...place }: Wish): Promise<SeenTask> {
  const task = await iexec.tasks.show(taskId, place)
  const isAsked = task.end === undefined && call.terminal.format !== 'raw'
  return { ...task, pool: isAsked ? await askPool(iexec, task, call.signal) : undefined }
}

/** So long a workerpool may take to say something: the chain is what was asked for. */
const POOL_MS = 3000

async function askPool(
  { tasks }: Iexec,
  { id, deal }: ShownTask,
  left: AbortSignal,
): Promise<OffchainTask | undefined> {
  const signal = AbortSignal.any([left, AbortSignal.timeout(POOL_MS)])
  try {
    return await tasks.offchain(id, { dealid: deal.id, signal })
  } catch (error) {
    if (error instanceof IexecError && !left.aborted) return undefined
    throw error
  }
}

/** The task at its end: what the workerpool said before is over. */
async function watch(call: Call, iexec: Iexec, wish: Wish): Promise<SeenTask> {
  const { task: taskId, ...place } = wish
  const { signal } = call
  const states = iexec.tasks.watch(taskId, { ...place, signal })
  const last = await follow(call, withPool(iexec, { states, ...wish, signal }), {
    view: async ({ pool, ...task }) => {
      const { now } = await readHead(iexec.context)
      return (later) => describeTask(task, now + later, pool)
    },
    left: {
      sentence: `You stopped watching; the task ${taskId} goes on.`,
      hints: [
        `iexec task show ${taskId}${place.dealid === undefined ? '' : ` --deal ${place.dealid}`} --watch comes back to it.`,
      ],
    },
  })
  return { ...last, pool: undefined }
}

type Found = { readonly now: bigint; readonly saved: SavedResult | undefined; readonly isFollowed: boolean }

function outcomeOf({ pool, ...task }: SeenTask, { now, saved, isFollowed }: Found): Outcome {
  const { isTimedOut, id, reason, end, failure } = task
  const raw = { task: rawTask(task), claimable: isTimedOut }
  return {
    raw: saved === undefined ? raw : { ...raw, resultPath: saved.resultPath },
    json: {
      ...taskDocument(task),
      reason: reasonText(task, now, pool),
      offchain: pool,
      ...(saved === undefined ? {} : { saved }),
    },
    text: [...describeTask(task, now, pool), ...(saved === undefined ? [] : describeSaved(saved))],
    failures:
      isFollowed && (end !== 'completed' || failure !== undefined) ? [failureText(id, { reason, failure })] : [],
  }
}

/** A task for `--json`. */
export function taskDocument(task: ShownTask): Readonly<Record<string, unknown>> {
  const { id, deal, index, statusName, end, failure, reason, nextDeadline, contributions, results, isTimedOut } = task
  return {
    id,
    deal: deal.id,
    index,
    status: statusName,
    end,
    failure,
    reason,
    nextDeadline,
    contributionDeadline: deal.contributionDeadline,
    finalDeadline: deal.finalDeadline,
    claimable: isTimedOut,
    contributions,
    results,
  }
}
