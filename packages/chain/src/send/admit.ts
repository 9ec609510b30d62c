// Lets commands in: each is tried on the node first, and takes a nonce only when it would succeed.
import { explainRevert } from '@iexec/protocol/errors'
import { reasonOf } from '../deploy/deployError.ts'
import { broadcast, openSlot, PATIENCE } from './broadcast.ts'
import { askGas } from './chain.ts'
import type { SendRefusal } from './command.ts'
import { refuse, sightOf, type Desk, type Job } from './desk.ts'
import { bumpFees, capFees, type Fees } from './fees.ts'
import { lastAttempt, nextNonce, type Call, type Slot } from './flight.ts'
import { isBusy, readDelivery, refusalByNode, revertDataOf } from './words.ts'

/**
 * Gives nonces to as many commands as there is room for, and broadcasts them.
 *
 * @throws what the client threw when the node was not reached; the commands concerned still wait
 */
export async function admit(desk: Desk): Promise<void> {
  const room = Math.max(0, desk.maxInFlight - desk.flight.slots.length)
  const trials = await Promise.all(desk.queue.slice(0, room).map(async (job) => attempt(desk, job)))
  const slots: Slot[] = []
  for (const trial of trials) {
    if (trial.result === 'refused') refuse(desk, trial.job, trial.refusal)
    if (trial.result === 'unclear') countFault(desk, trial)
    if (trial.result !== 'passed' || desk.isClosed) continue
    const slot = await launch(desk, trial)
    if (slot !== undefined) slots.push(slot)
  }
  await broadcast(desk, slots)
  const unanswered = trials.find(({ result }) => result === 'unanswered')
  if (unanswered?.result === 'unanswered') throw unanswered.cause
}

/**
 * Sends an empty transaction for each of these nonces, because others wait behind them.
 *
 * @throws what the client threw when the node was not reached
 */
export async function fillGaps(desk: Desk, nonces: readonly number[]): Promise<void> {
  const free = nonces.filter((nonce) => !desk.flight.slots.some((slot) => slot.nonce === nonce))
  if (free.length === 0) return
  const nothing = { to: desk.client.account.address, data: '0x', value: 0n } as const
  const gas = await askGas(desk.client, nothing)
  const slots: Slot[] = []
  for (const nonce of free) {
    slots.push(await openSlot(desk, undefined, { nonce, call: { ...nothing, gas }, fees: fillFeesOf(desk, nonce) }))
  }
  await broadcast(desk, slots)
}

type Trial =
  | { readonly result: 'passed'; readonly job: Job; readonly call: Call }
  | { readonly result: 'refused'; readonly job: Job; readonly refusal: SendRefusal }
  | { readonly result: 'unclear'; readonly job: Job; readonly words: string }
  | { readonly result: 'unanswered'; readonly job: Job; readonly cause: unknown }

async function attempt(desk: Desk, job: Job): Promise<Trial> {
  const { to, data = '0x', value = 0n, gas } = job.command
  const call = { to, data, value }
  try {
    const estimate = await askGas(desk.client, { ...call, ...(gas !== undefined && { gas }) })
    return { result: 'passed', job, call: { ...call, gas: gas ?? withReserve(estimate, desk.gasLimit) } }
  } catch (cause) {
    const words = reasonOf(cause)
    if (isBusy(cause)) return { result: 'unanswered', job, cause }
    const reason = revertDataOf(cause)
    if (reason !== undefined) return { result: 'refused', job, refusal: explainRevert(reason) }
    if (readDelivery(cause).state === 'unfunded') {
      return { result: 'refused', job, refusal: refusalByNode('InsufficientFunds', words) }
    }
    return { result: 'unclear', job, words }
  }
}

/** The state may be another one in the block, and a fifth more gas is free when it is not used. */
function withReserve(estimate: bigint, gasLimit: bigint): bigint {
  const generous = (estimate * 6n) / 5n
  if (generous <= gasLimit) return generous
  return estimate > gasLimit ? estimate : gasLimit
}

async function launch(
  desk: Desk,
  { job, call }: { readonly job: Job; readonly call: Call },
): Promise<Slot | undefined> {
  try {
    const slot = await openSlot(desk, job, { nonce: nextNonce(desk.flight), call, fees: feesOf(desk) })
    desk.queue = desk.queue.filter(({ id }) => id !== job.id)
    return slot
  } catch (cause) {
    countFault(desk, { job, words: reasonOf(cause) })
    return undefined
  }
}

function countFault(desk: Desk, { job, words }: { readonly job: Job; readonly words: string }): void {
  job.faults += 1
  if (job.faults >= PATIENCE) refuse(desk, job, refusalByNode('NotAccepted', words))
}

function feesOf(desk: Desk): Fees {
  return capFees(sightOf(desk).fees, desk.rules.cap)
}

/** An empty transaction pays enough to push aside what was given up at its nonce, as far as the cap allows. */
function fillFeesOf(desk: Desk, nonce: number): Fees {
  const old = desk.flight.lost.find((slot) => slot.nonce === nonce)
  const fees = old === undefined ? undefined : bumpFees(lastAttempt(old).fees, sightOf(desk).fees, desk.rules)
  return fees ?? feesOf(desk)
}
