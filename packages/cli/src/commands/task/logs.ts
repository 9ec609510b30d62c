// iexec task logs: what the app writes on each worker, once or as it comes.
import { asTaskId, type TaskId } from '@iexec/protocol'
import { IexecError, type Iexec, type WorkerLogs } from '@iexec/sdk'
import { CliError } from '../../cliError.ts'
import type { Call, Command, Outcome } from '../../command.ts'
import { CHAIN_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { isSet, openSigner } from '../../session.ts'
import { DEAL_OPTION, placeOf } from './show.ts'

export const logsTaskCommand: Command = {
  name: 'logs',
  summary: 'show what the app wrote, on each worker',
  description:
    'Shows what the app wrote to stdout and stderr on each worker, as its workerpool kept it, for success and failure alike. Only the requester may read it: he logs in with his wallet. With --follow it goes on, line by line, until the task ends.',
  arguments: [{ name: 'taskid', summary: 'which one' }],
  options: [
    CHAIN_OPTION,
    ...WALLET_OPTIONS,
    DEAL_OPTION,
    { flags: '-f, --follow', summary: 'show each line as it is written, until the task ends' },
  ],
  examples: [
    { line: 'iexec task logs 0x…', meaning: 'of a run that you bought' },
    { line: 'iexec task logs 0x… --follow', meaning: 'while it runs' },
  ],
  run: showLogs,
}

async function showLogs(call: Call): Promise<Outcome> {
  const taskId = asTaskId(call.args[0])
  const iexec = await openSigner(call)
  const isFollowed = isSet(call, 'follow')
  const logs = isFollowed
    ? await follow(call, iexec, taskId)
    : await iexec.tasks.logs(taskId, { ...placeOf(call), signal: call.signal })
  const nothing = logs.every(({ stdout, stderr }) => stdout === '' && stderr === '')
  return {
    raw: { logs },
    json: { task: taskId, logs },
    text: nothing ? nothingOf(taskId) : isFollowed ? [] : logs.flatMap(describeLogs),
  }
}

/** A workerpool does not tell what it has dropped; what decides is in the result. */
function nothingOf(taskId: TaskId): readonly string[] {
  return [
    'The workerpool has no logs of this task: nothing was written, or it has dropped them, as it may after a while or for want of room.',
    `Of a task that is finished, stdout.txt and stderr.txt are in its result, too: iexec task show ${taskId} --download`,
  ]
}

/** Line by line, each under the name of its worker: what several write at the same time would mix. */
async function follow(call: Call, iexec: Iexec, taskId: TaskId): Promise<readonly WorkerLogs[]> {
  const logs = new Map<WorkerLogs['worker'], WorkerLogs>()
  const unfinished = new Map<string, string>()
  const tell = (name: string, line: string): void => {
    call.terminal.write(`${name}  ${withoutControls(line)}`)
  }
  try {
    const options = { ...placeOf(call), logs: true, signal: call.signal }
    for await (const news of await iexec.tasks.stream(taskId, options)) {
      if (news.type !== 'log') continue
      const { worker, stream, text } = news
      const before = logs.get(worker) ?? { worker, stdout: '', stderr: '' }
      logs.set(worker, { ...before, [stream]: before[stream] + text })
      const name = `${worker} ${stream}`
      const lines = ((unfinished.get(name) ?? '') + text).split(/\r?\n/u)
      unfinished.set(name, lines.pop() ?? '')
      for (const line of lines) tell(name, line)
    }
  } catch (cause) {
    if (!call.signal.aborted || !(cause instanceof IexecError)) throw cause
    const hints = [`iexec task logs ${taskId} --follow comes back to it.`]
    throw new CliError('Interrupted', `You stopped reading; the task ${taskId} goes on.`, { hints, cause })
  }
  for (const [name, line] of unfinished) if (line !== '') tell(name, line)
  return [...logs.values()]
}

/** What an app wrote is a stranger's: line by line, without anything that steers the terminal. */
export function describeLogs({ worker, stdout, stderr }: WorkerLogs): readonly string[] {
  return [['stdout', stdout] as const, ['stderr', stderr] as const].flatMap(([name, written]) =>
    written === ''
      ? []
      : [
          `${name} of ${worker}`,
          ...written
            .trimEnd()
            .split(/\r?\n/u)
            .map((line) => `  ${withoutControls(line)}`),
        ],
  )
}

function withoutControls(line: string): string {
  return line.replaceAll(/\p{C}/gu, (control) => (control === '\t' ? control : ' '))
}
