// May this worker bring this result? By the pool's permission, his own signature, and what he voted for on the chain.
import {
  NO_ADDRESS,
  NO_CHALLENGE,
  authorizationMessageHash,
  hasPassed,
  hasTaskIndex,
  isSameAddress,
  resultHash,
  taskId,
  type Contribution,
  type DealId,
  type Instant,
  type TaskId,
} from '@iexec/protocol'
import { hashUpload, uploadTicket, type UploadTicket } from '@iexec/wire/work'
import type { Address, Hex } from 'viem'
import type { Hub } from './hub.ts'

/** Why not, as HTTP says it. */
export type TicketRefusal = {
  readonly ok: false
  readonly status: 400 | 401 | 403 | 404 | 409 | 410
  readonly error: string
}

/** A ticket that holds. */
export type GoodTicket = {
  readonly ok: true
  readonly ticket: UploadTicket
  /** Whether the deal has a contract that is called back. */
  readonly hasCallback: boolean
  /** Of the task, in seconds since 1970. */
  readonly finalDeadline: number
  /** Whether the chain has this worker's vote for this digest. */
  readonly isVoted: boolean
}

/** Clocks differ a little. */
const TOLERANCE_MS = 60_000
/** Nobody needs a ticket for longer; one that is lost or stolen ends. */
const LONGEST_VALIDITY_MS = 7 * 24 * 3_600_000

/**
 * Reads the header with a ticket.
 *
 * @param text base64url of JSON
 * @example
 * readTicket(request.headers.get(TICKET_HEADER)) // { ok: false, status: 400, error: 'There is no ticket …' }
 */
export function readTicket(
  text: string | undefined,
): TicketRefusal | { readonly ok: true; readonly ticket: UploadTicket } {
  if (text === undefined)
    return refuse(400, 'There is no ticket: a result comes with the header x-iexec-authorization.')
  try {
    const parsed = uploadTicket.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
    if (parsed.success) return { ok: true, ticket: parsed.data }
    const [issue] = parsed.error.issues
    return refuse(
      400,
      `The ticket is wrong at ${issue?.path.join('.') ?? 'its root'}: ${issue?.message ?? 'it is malformed'}.`,
    )
  } catch {
    return refuse(400, 'The ticket is no base64url of JSON.')
  }
}

/** What a ticket is checked against. */
export type TicketRules = {
  /** Milliseconds since 1970. */
  readonly nowMs: number
  /** Whose results are taken, in lower case; of all pools when empty. */
  readonly pools: ReadonlySet<string>
}

/**
 * Checks a ticket: what costs nothing first, what asks the chain last.
 *
 * @example
 * const checked = await checkTicket(hub, ticket, { nowMs: Date.now(), pools: new Set() })
 */
export async function checkTicket(
  hub: Hub,
  ticket: UploadTicket,
  rules: TicketRules,
): Promise<TicketRefusal | GoodTicket> {
  const refusal = whyMalformed(ticket, rules.nowMs) ?? (await whyUnsigned(hub, ticket))
  if (refusal !== undefined) return refusal
  const isRemembered = hub.remembersDeal(ticket.dealId)
  const checked = await checkOnChain(hub, ticket, rules)
  if (checked.ok || !isRemembered) return checked
  // Nobody is refused because of what was remembered and may have changed meanwhile.
  hub.forgetDeal(ticket.dealId)
  return checkOnChain(hub, ticket, rules)
}

async function checkOnChain(
  hub: Hub,
  ticket: UploadTicket,
  { pools }: TicketRules,
): Promise<TicketRefusal | GoodTicket> {
  // Asked together: they travel in one request.
  const [deal, vote, now] = await Promise.all([
    hub.deal(ticket.dealId),
    hub.contribution(ticket.taskId as TaskId, ticket.worker),
    hub.now(),
  ])
  if (deal === undefined) return refuse(404, `The hub ${hub.address} has no deal ${ticket.dealId}.`)
  if (!hasTaskIndex(deal, BigInt(ticket.index))) {
    return refuse(404, `The deal ${ticket.dealId} has no task of index ${ticket.index}.`)
  }
  const { pointer, owner } = deal.workerpool
  if (pools.size > 0 && !pools.has(pointer.toLowerCase())) {
    return refuse(
      403,
      `This storage takes results of the pools that its --pools names, and ${pointer} is none of them.`,
    )
  }
  if (!(await isAuthorized(hub, ticket, owner))) {
    return refuse(403, `The workerpool's owner ${owner} did not let ${ticket.worker} contribute to this task.`)
  }
  const verdict = judgeVote(vote, ticket)
  if (verdict === 'other') return refuse(409, `On the chain, ${ticket.worker} voted for another result of this task.`)
  if (verdict === 'none' && hasPassed(deal.finalDeadline, now)) {
    return refuse(410, `The task ended at ${deal.finalDeadline} without a vote of ${ticket.worker}.`)
  }
  return {
    ok: true,
    ticket,
    hasCallback: !isSameAddress(deal.callback, NO_ADDRESS),
    finalDeadline: secondsOf(deal.finalDeadline),
    isVoted: verdict === 'same',
  }
}

/** What a vote says of a digest: `none` is there yet, it is for the `same`, or for an`other` one or rejected. */
export type Verdict = 'none' | 'same' | 'other'

/** Compares a vote on the chain with a digest. */
export function judgeVote(
  vote: Contribution | undefined,
  { taskId: task, digest }: { readonly taskId: Hex; readonly digest: Hex },
): Verdict {
  if (vote === undefined) return 'none'
  if (vote.status === 'rejected') return 'other'
  return vote.resultHash.toLowerCase() === resultHash(task as TaskId, digest) ? 'same' : 'other'
}

function whyMalformed(ticket: UploadTicket, nowMs: number): TicketRefusal | undefined {
  const untilMs = ticket.validUntil * 1000
  if (untilMs + TOLERANCE_MS < nowMs) return refuse(401, `The ticket was valid until ${ticket.validUntil}.`)
  if (untilMs > nowMs + LONGEST_VALIDITY_MS) return refuse(400, 'The ticket is valid for longer than seven days.')
  if (taskId(ticket.dealId as DealId, BigInt(ticket.index)) !== ticket.taskId.toLowerCase()) {
    return refuse(400, `The task ${ticket.taskId} is not that of index ${ticket.index} of the deal ${ticket.dealId}.`)
  }
  return undefined
}

async function whyUnsigned(hub: Hub, ticket: UploadTicket): Promise<TicketRefusal | undefined> {
  if (await hub.isSigned(ticket.worker, hashUpload(ticket, hub.chainId), ticket.signature)) return undefined
  return refuse(401, `The ticket is not signed by ${ticket.worker} for chain ${hub.chainId}.`)
}

/** By the pool, or for an enclave by the broker that the hub names in its place. */
async function isAuthorized(hub: Hub, ticket: UploadTicket, poolOwner: Address): Promise<boolean> {
  const { worker, enclaveChallenge, authorization } = ticket
  const hash = authorizationMessageHash(worker, ticket.taskId as TaskId, enclaveChallenge)
  if (await hub.isSigned(poolOwner, hash, authorization)) return true
  if (isSameAddress(enclaveChallenge, NO_CHALLENGE)) return false
  const broker = await hub.teeBroker()
  return !isSameAddress(broker, NO_ADDRESS) && hub.isSigned(broker, hash, authorization)
}

/** A deadline may be any uint256, for a category without end. */
function secondsOf(instant: Instant): number {
  return Number(instant < 2n ** 40n ? instant : 2n ** 40n)
}

function refuse(status: TicketRefusal['status'], error: string): TicketRefusal {
  return { ok: false, status, error }
}
