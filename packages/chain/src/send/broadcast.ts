// Signs transactions, gives them to the node, and draws the conclusions from what it says.
import { keccak256, type Hex } from 'viem'
import { getChainId } from 'viem/actions'
import type { SendClient } from './command.ts'
import { jobOf, loseNonce, refuse, sightOf, type Desk, type Job } from './desk.ts'
import type { Fees } from './fees.ts'
import { dropSlot, lastAttempt, putSlot, type Attempt, type Call, type Slot } from './flight.ts'
import { readDelivery, refusalByNode, type Delivery } from './words.ts'

/** So often a node may give an unclear answer to one command, before the command is refused. */
export const PATIENCE = 3

/**
 * Signs a transaction for a nonce, which is in use from then on.
 *
 * @throws what the account throws when it does not sign; the nonce is still free then
 */
export async function openSlot(
  desk: Desk,
  job: Job | undefined,
  { nonce, call, fees }: { readonly nonce: number; readonly call: Call; readonly fees: Fees },
): Promise<Slot> {
  const attempt = await sign(desk.client, { nonce, call, fees })
  const { at } = sightOf(desk)
  const slot: Slot = {
    nonce,
    job: job?.id,
    call,
    attempts: [attempt],
    signed: [attempt.hash],
    delivery: 'unsent',
    // viem's fallback asks one node after the other, and says only what the last one answered.
    mayBeOut: desk.client.transport.type === 'fallback',
    tries: 0,
    triedAtMs: at.ms,
    since: at,
    isCapped: false,
  }
  desk.flight = putSlot(desk.flight, slot)
  desk.tell({ type: 'sign', nonce, label: job?.command.label, hash: attempt.hash, fees })
  return slot
}

/** Signs a transaction again, with other fees. */
export async function replaceSlot(desk: Desk, slot: Slot, fees: Fees): Promise<Slot> {
  const attempt = await sign(desk.client, { nonce: slot.nonce, call: slot.call, fees })
  const replaced: Slot = {
    ...slot,
    attempts: [...slot.attempts, attempt],
    // The same fees make the same bytes, as when a refused replacement is tried again.
    signed: [...new Set([...slot.signed, attempt.hash])],
    delivery: 'unsent',
    tries: 0,
    since: sightOf(desk).at,
    isCapped: false,
  }
  desk.flight = putSlot(desk.flight, replaced)
  const label = jobOf(desk, slot)?.command.label
  desk.tell({ type: 'replace', nonce: slot.nonce, label, hash: attempt.hash, fees })
  return replaced
}

/**
 * Gives the last form of each transaction to the node.
 *
 * @throws what the client threw when the node was not reached for one of them; what happened is on the desk by then
 */
export async function broadcast(desk: Desk, slots: readonly Slot[]): Promise<void> {
  const answers = await Promise.all(slots.map(async (slot) => deliver(desk.client, slot)))
  // From the last nonce to the first: when the money ends, the nonces at the end are free again, and no gap is left.
  const latestFirst = answers.toSorted((one, other) => other.slot.nonce - one.slot.nonce)
  for (const { slot, delivery } of latestFirst) conclude(desk, slot, delivery)
  const unanswered = answers.find(({ delivery }) => delivery.state === 'unreachable')
  if (unanswered !== undefined) throw new Error(unanswered.delivery.words)
}

type Answer = { readonly slot: Slot; readonly delivery: Delivery }

async function deliver(client: SendClient, slot: Slot): Promise<Answer> {
  try {
    const params: [Hex] = [lastAttempt(slot).raw]
    // Given once for each answer: viem would repeat it, and what a second node says would hide that the first one has it.
    await client.request({ method: 'eth_sendRawTransaction', params }, { retryCount: 0 })
    return { slot, delivery: { state: 'taken', words: '' } }
  } catch (cause) {
    return { slot, delivery: readDelivery(cause) }
  }
}

/** Draws the conclusion from what a node said to the last form of a transaction. */
function conclude(desk: Desk, given: Slot, { state, words }: Delivery): void {
  const before = desk.flight.slots.find(({ nonce }) => nonce === given.nonce) ?? given
  const slot: Slot = { ...before, tries: before.tries + 1, triedAtMs: sightOf(desk).at.ms }
  const put = (change: Partial<Slot>): void => {
    desk.flight = putSlot(desk.flight, { ...slot, ...change })
  }
  switch (state) {
    case 'taken':
      put({ delivery: 'sent', mayBeOut: true })
      return
    case 'nonceUsed':
      // By one of our own attempts or by somebody else: the chain will say.
      put({ delivery: 'sent' })
      return
    case 'unreachable':
      put({ delivery: 'unsent', mayBeOut: true })
      return
    case 'occupied':
      if (slot.mayBeOut || slot.job === undefined) {
        put({ delivery: 'underpriced' })
        return
      }
      desk.flight = { ...desk.flight, held: [...desk.flight.held, slot.nonce] }
      loseNonce(desk, slot)
      return
    case 'underpriced':
      put({ delivery: 'underpriced' })
      return
    case 'unfunded':
    case 'refused':
      reject(desk, slot, { state, words })
  }
}

/** The node said no, and not for the sake of nonce or fees. What cannot be mined any more is refused. */
function reject(desk: Desk, slot: Slot, { state, words }: Delivery): void {
  const job = jobOf(desk, slot)
  if (slot.attempts.length > 1) {
    // What it replaces is still with the node, and stays as it is for as long as it would take to be stuck again. The refused
    // form stays among the signed ones: when an earlier answer was lost, another node may hold it.
    const attempts = slot.attempts.slice(0, -1)
    desk.flight = putSlot(desk.flight, { ...slot, attempts, delivery: 'sent', since: sightOf(desk).at })
    desk.tell({ type: 'rejected', nonce: slot.nonce, label: job?.command.label, words })
    return
  }
  if (job !== undefined) job.faults += 1
  const isFinal = state === 'unfunded' || (job?.faults ?? 0) >= PATIENCE
  if (job === undefined || slot.mayBeOut || !isFinal) {
    desk.flight = putSlot(desk.flight, { ...slot, delivery: 'unsent' })
    desk.tell({ type: 'rejected', nonce: slot.nonce, label: job?.command.label, words })
    return
  }
  desk.flight = dropSlot(desk.flight, slot.nonce)
  refuse(desk, job, refusalByNode(state === 'unfunded' ? 'InsufficientFunds' : 'NotAccepted', words))
}

async function sign(
  client: SendClient,
  { nonce, call, fees }: { readonly nonce: number; readonly call: Call; readonly fees: Fees },
): Promise<Attempt> {
  const chainId = client.chain?.id ?? (await getChainId(client))
  const raw: Hex = await client.account.signTransaction(
    { chainId, nonce, ...call, ...fees },
    { serializer: client.chain?.serializers?.transaction },
  )
  return { hash: keccak256(raw), raw, fees }
}
