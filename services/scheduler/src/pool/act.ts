// Does what was decided and recorded: speaks with workers, and has transactions sent.
import type { Place as PlaceOffer } from '@iexec/wire/work'
import type { Address, Hex } from 'viem'
import { touchCommand } from '../book/book.ts'
import type { Place, Task } from '../book/model.ts'
import { carryOut, type ChainJob, type JobOutcome } from '../chain/carryOut.ts'
import { isForChain, type ChainCommand, type Command, type TalkCommand } from '../decide/command.ts'
import type { Desk, PoolParts } from './desk.ts'

/** Signs while the decision is stored. */
export async function authorizeAll({ parts }: Desk, commands: readonly Command[]): Promise<ReadonlyMap<string, Hex>> {
  const offers = commands.filter((command) => command.do === 'offer')
  const signed = await Promise.all(
    offers.map(async ({ key, worker, task }) => [key, await authorize(parts, worker, task)] as const),
  )
  return new Map(signed.flatMap(([key, signature]) => (signature === undefined ? [] : [[key, signature]])))
}

/** By the word of whoever owned the pool when the deal was made. */
async function authorize({ book, authority }: PoolParts, worker: Address, id: Hex): Promise<Hex | undefined> {
  const task = book.tasks.get(id)
  return task === undefined ? undefined : authority.voiceOf(task.deal.facts.owner)?.authorize(worker, id)
}

/** Tells workers, and sends transactions; what becomes of these is recorded when it is known. */
export function carryOutAll(desk: Desk, commands: readonly Command[], authorizations: ReadonlyMap<string, Hex>): void {
  const { parts } = desk
  for (const command of commands) if (!isForChain(command)) talk(desk, command, authorizations.get(command.key))
  const jobs = commands.filter(isForChain).flatMap((command) => jobOf(desk, command))
  if (jobs.length === 0) return
  const { sender, hub } = parts
  void carryOut({ sender, hub }, jobs, (job, outcome) => {
    conclude(desk, job, outcome)
  })
}

function jobOf({ parts }: Desk, command: ChainCommand): readonly ChainJob[] {
  const task = parts.book.tasks.get(command.task)
  if (task === undefined) return []
  const { facts } = task.deal
  return [
    {
      command,
      deal: facts.id,
      index: task.index,
      isBegun: task.status !== 'unset',
      callback: facts.callback,
      door: parts.authority.voiceOf(facts.owner)?.door ?? parts.hub,
      votes: task.votes.length,
    },
  ]
}

function talk({ parts }: Desk, command: TalkCommand, authorization: Hex | undefined): void {
  const task = parts.book.tasks.get(command.task)
  if (task === undefined) return
  if (command.do === 'withdraw') {
    parts.say(command.worker, { type: 'withdraw', taskId: task.id, message: command.message })
  } else if (command.do === 'deliver') {
    parts.say(command.worker, { type: 'deliver', taskId: task.id })
  } else if (authorization !== undefined) {
    parts.say(command.worker, { type: 'offer', place: offerOf(task, command, authorization) })
  }
}

function offerOf(
  { id, deal, index }: Task,
  { path, wantedUntil }: Pick<Place, 'path' | 'wantedUntil'>,
  authorization: Hex,
): PlaceOffer {
  return {
    taskId: id,
    dealId: deal.facts.id,
    index,
    path,
    enclaveChallenge: '0x0000000000000000000000000000000000000000',
    authorization,
    wantedUntil,
  }
}

/** Says again what a worker was offered. */
export async function repeatOffers({ parts }: Desk, worker: Address, tasks: Iterable<Hex>): Promise<void> {
  for (const id of tasks) {
    const task = parts.book.tasks.get(id)
    const place = task?.places.get(worker)
    if (task === undefined || place === undefined) continue
    const authorization = await authorize(parts, worker, id)
    if (authorization === undefined) continue
    parts.say(worker, { type: 'offer', place: offerOf(task, place, authorization) })
  }
}

const LONGEST_REST_MS = 60_000

/** What became of a transaction. What the chain says by itself, the follower has heard or will. */
function conclude(desk: Desk, { command }: ChainJob, outcome: JobOutcome): void {
  const { parts } = desk
  const { book } = parts
  parts.onNews({ type: 'done', command, outcome })
  const task = book.tasks.get(command.task)
  const sent = task?.sent.get(command.key)
  if (task === undefined || sent === undefined || sent.state !== 'open' || outcome.kind === 'left') return
  const now = parts.now().ms
  const rest = Math.min(LONGEST_REST_MS, 1_000 * 2 ** Math.min(sent.attempts - 1, 10))
  Object.assign(
    sent,
    outcome.kind === 'mined'
      ? { state: 'done', endedAt: now, tx: outcome.tx }
      : { state: 'failed', endedAt: now, reason: outcome.reason, retryAt: now + rest },
  )
  touchCommand(book, task, command.key)
  desk.touched.add(task.id)
  desk.schedule()
}
