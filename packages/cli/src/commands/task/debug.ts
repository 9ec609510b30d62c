// iexec task debug: what chain and workerpool know of a task, and what the app wrote.
import { asTaskId } from '@iexec/protocol'
import { IexecError, readHead, type Iexec, type OffchainTask, type WorkerLogs } from '@iexec/sdk'
import type { Call, Command, Outcome } from '../../command.ts'
import { CHAIN_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { isSet, openReader, openSigner } from '../../session.ts'
import { describeLogs } from './logs.ts'
import { rawTask } from './rawShapes.ts'
import { DEAL_OPTION, placeOf, taskDocument } from './show.ts'
import { describeTask } from './words.ts'

export const debugTaskCommand: Command = {
  name: 'debug',
  summary: 'show what the workerpool says of a task, and what the app wrote',
  description:
    'Shows what the chain knows of a task and what its workerpool says of it: what each worker does, and how the app ended. With --logs also what the app wrote, which only the requester may read: he logs in with his wallet.',
  arguments: [{ name: 'taskid', summary: 'which one' }],
  options: [
    CHAIN_OPTION,
    ...WALLET_OPTIONS,
    DEAL_OPTION,
    { flags: '--logs', summary: 'what the app wrote, on each worker' },
  ],
  examples: [
    { line: 'iexec task debug 0x…', meaning: 'no password needed' },
    { line: 'iexec task debug 0x… --logs', meaning: 'for a run that you bought' },
  ],
  run: debugTask,
}

async function debugTask(call: Call): Promise<Outcome> {
  const taskId = asTaskId(call.args[0])
  const place = placeOf(call)
  const iexec = isSet(call, 'logs') ? await openSigner(call) : await openReader(call)
  const task = await iexec.tasks.show(taskId, place)
  const { now } = await readHead(iexec.context)
  const offchain = await answerOf(iexec.tasks.offchain(taskId, { ...place, signal: call.signal }))
  const logs = isSet(call, 'logs') ? await answerOf(readLogs(iexec, call, taskId)) : {}
  return {
    raw: {
      onchainData: rawTask(task),
      ...(offchain.answer === undefined ? {} : { offchainData: rawOffchain(offchain.answer) }),
      ...(logs.answer === undefined ? {} : { appLogs: logs.answer }),
    },
    json: { ...taskDocument(task), offchain: offchain.answer, logs: logs.answer },
    text: [
      ...describeTask(task, now),
      ...(offchain.answer === undefined ? [] : describeOffchain(offchain.answer)),
      ...(isSilent(offchain) ? [`The workerpool says nothing: ${offchain.error?.message}`] : []),
      ...(logs.answer ?? []).flatMap(describeLogs),
    ],
    failures: [
      ...new Set(
        [offchain, logs].flatMap((told) =>
          told.error === undefined || (told === offchain && isSilent(told)) ? [] : [told.error.message],
        ),
      ),
    ],
  }
}

type Told<Answer> = { readonly answer?: Answer; readonly error?: IexecError }

async function answerOf<Answer>(question: Promise<Answer>): Promise<Told<Answer>> {
  try {
    return { answer: await question }
  } catch (error) {
    if (error instanceof IexecError && error.code !== 'Aborted') return { error }
    throw error
  }
}

/** Whether there is nobody to ask, which is no failure: no pool has to tell where its API is. */
function isSilent({ error }: Told<unknown>): boolean {
  return error?.code === 'NotFound' || error?.code === 'NotConfigured'
}

async function readLogs(
  iexec: Iexec,
  call: Call,
  taskId: Parameters<Iexec['tasks']['logs']>[0],
): Promise<readonly WorkerLogs[]> {
  return iexec.tasks.logs(taskId, { ...placeOf(call), signal: call.signal })
}

function rawOffchain({ status, history, replicates }: OffchainTask): Readonly<Record<string, unknown>> {
  return {
    task: { status, statusHistory: history },
    replicates: replicates.map(({ history: statusHistory, ...replicate }) => ({ ...replicate, statusHistory })),
  }
}

function describeOffchain({ status, refusal, replicates }: OffchainTask): readonly string[] {
  return [
    `The workerpool says: ${status}`,
    ...(refusal === undefined ? [] : [`  It does not run it: ${refusal}`]),
    ...replicates.map(({ worker, status: its, exitCode, history, message }) => {
      const exit = exitCode === undefined ? '' : `, the app ended with ${exitCode}`
      const cause = history.at(-1)?.cause
      const why = [cause, message].filter((words) => words !== undefined).join(': ')
      return `  ${worker}  ${its}${exit}${why === '' ? '' : ` (${why})`}`
    }),
  ]
}
