// iexec task verify: computes a task again, from its orders to its result, and says where anything differs.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { asTaskId } from '@iexec/protocol'
import { verifyTask, type CheckStep, type TaskCheck, type VerifiedTask } from '@iexec/sdk/verify'
import { CliError } from '../../cliError.ts'
import type { Call, Command, Outcome } from '../../command.ts'
import { CHAIN_OPTION } from '../../options.ts'
import { openReader, projectFolder, text } from '../../session.ts'
import { onOneLine } from '../order/words.ts'

export const verifyTaskCommand: Command = {
  name: 'verify',
  summary: 'compute a task again, from its orders to its result, and compare',
  description:
    'Reads what the chain tells of a task, downloads its result, and computes all of it again by the rules of the protocol: ids, hashes and signatures of the orders, terms and owners of the deal, votes, seals and authorizations, weights and agreement, every payment, and the digest of the result. Each value is shown as it was read and as it was computed; the exit code is 1 when one of them differs. No wallet is needed. The node has to give events of old blocks.',
  arguments: [{ name: 'taskid', summary: 'which one' }],
  options: [
    CHAIN_OPTION,
    { flags: '--result <path>', summary: 'its result, decrypted, when it is here', fallback: 'downloaded' },
  ],
  examples: [
    { line: 'iexec task verify 0x…', meaning: 'of anybody' },
    { line: 'iexec task verify 0x… --result my.zip', meaning: 'with a result that came another way' },
    { line: 'iexec task verify 0x… --json', meaning: 'with all that it was computed from' },
  ],
  run: verify,
}

async function verify(call: Call): Promise<Outcome> {
  const taskId = asTaskId(call.args[0])
  const path = text(call, 'result')
  const result = path === undefined ? undefined : await readResult(resolve(projectFolder(), path))
  const { context } = await openReader(call)
  const verified = await verifyTask(context, taskId, { result, signal: call.signal })
  const { checks, isRight, evidence } = verified
  const answer = { task: taskId, right: isRight, checks }
  return {
    raw: answer,
    json: { ...answer, evidence: { ...evidence, scores: Object.fromEntries(evidence.scores) } },
    text: [...describeChecks(checks), sumOf(verified)],
    failures: isRight ? [] : [`The task ${taskId} is not what the rules make of it.`],
  }
}

async function readResult(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new CliError('BadFile', `${path} cannot be read.`, { hints: ['Name a result as it was downloaded.'], cause })
  }
}

const STEPS: { readonly [Step in CheckStep]: string } = {
  orders: 'Orders',
  deal: 'Deal',
  task: 'Task',
  votes: 'Votes',
  agreement: 'Agreement',
  payments: 'Payments',
  result: 'Result',
}

/** By the nouns of the market. */
function describeChecks(checks: readonly TaskCheck[]): readonly string[] {
  return (Object.keys(STEPS) as CheckStep[]).flatMap((step) => {
    const own = checks.filter((check) => check.step === step)
    return own.length === 0 ? [] : [STEPS[step], ...own.map(describe)]
  })
}

function describe({ what, read, computed, verdict }: TaskCheck): string {
  const [said, found] = [onOneLine(read), onOneLine(computed)]
  switch (verdict) {
    case 'same':
      return `  same       ${what}: ${said}`
    case 'open':
      return `  open       ${what}: ${said} (${found})`
    case 'different':
      return `  DIFFERENT  ${what}: read ${said}, computed ${found}`
    default:
      return verdict satisfies never
  }
}

function sumOf({ task, checks }: VerifiedTask): string {
  const count = (wanted: TaskCheck['verdict']): number => checks.filter(({ verdict }) => verdict === wanted).length
  const different = count('different')
  const words = different === 0 ? 'nothing differs' : `${different} differ`
  return `Of the task ${task.id}, ${count('same') + different} values were computed again: ${words}; ${count('open')} cannot be computed.`
}
