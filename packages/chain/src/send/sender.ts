// Sends the transactions of one key: many at once, each until it is mined or refused.
import type { InFlight, SendCommand, Sender, SenderEvent, SenderOptions, SendOutcome } from './command.ts'
import { describe, jobOf, refuse, settle, type Desk, type Job } from './desk.ts'
import { EMPTY_FLIGHT, type Slot } from './flight.ts'
import { goRound } from './round.ts'
import { CLOSED } from './words.ts'

const LONGEST_WAIT_MS = 30_000
const TAKER_CONFIRMATIONS = 12

/**
 * Sends the transactions of one key, many at once, and answers each with its receipt or with the reason why not.
 *
 * A command takes a nonce only when the node has estimated its gas: a refusal costs nothing. What is stuck is replaced with
 * higher fees up to the cap; what a node forgets is given to it again; a nonce that somebody else used is replaced by another.
 * The chain is asked only while something is in flight. With `batch: true` in the transport of the client, one round takes a
 * few HTTP requests however much is in flight.
 *
 * One key belongs in one sender: two of them come through, but take nonces from each other. And when both are given the same
 * command at the same moment, both sign the same bytes, and take that one transaction for their own: it is executed once, and
 * both say that it was mined. Whoever shares a key among processes lets them take turns. After a crash, a new sender goes on
 * behind the transactions that the old one left, and replaces them by empty ones when they are stuck. So who starts again looks
 * at the chain first, and sends what is not done.
 *
 * @example
 * const sender = createSender({ client, maxFeePerGas: parseGwei('50') })
 * const outcome = await sender.send({ to: hub, data, label: `initialize ${task}` })
 * if (outcome.kind === 'refused') console.log(outcome.refusal.sentence)
 */
export function createSender(options: SenderOptions): Sender {
  const desk = openDesk(options)
  const loop = openLoop(desk)
  const close = async (): Promise<readonly InFlight[]> => {
    desk.isClosed = true
    await loop.end()
    const left = minable(desk).map((slot) => describe(desk, slot))
    answerAll(desk)
    return left
  }
  options.signal?.addEventListener('abort', () => void close(), { once: true })
  if (options.signal?.aborted === true) void close()
  return {
    send: async (command) => {
      if (desk.isClosed) return { kind: 'refused', refusal: CLOSED }
      const job = findJob(desk, command.label) ?? openJob(desk, command)
      loop.wake()
      return job.answer
    },
    inFlight: () => desk.flight.slots.map((slot) => describe(desk, slot)),
    close,
  }
}

function openDesk(options: SenderOptions): Desk {
  return {
    client: options.client,
    now: Date.now,
    rules: {
      cap: options.maxFeePerGas,
      bumpPercent: options.bumpPercent ?? 12.5,
      stuckAfterMs: options.stuckAfterMs ?? 30_000,
      stuckAfterBlocks: options.stuckAfterBlocks ?? 3,
      pollingMs: options.pollingMs ?? 1_000,
    },
    maxInFlight: options.maxInFlight ?? 32,
    confirmations: options.confirmations ?? 1,
    takerConfirmations: options.takerConfirmations ?? Math.max(options.confirmations ?? 1, TAKER_CONFIRMATIONS),
    takerAfterMs: options.takerAfterMs ?? 180_000,
    tell: (event) => {
      tellSafely(options.onEvent, event)
    },
    jobs: new Map(),
    queue: [],
    lastJob: 0,
    hasNews: false,
    flight: EMPTY_FLIGHT,
    gasLimit: 0n,
    isClosed: false,
  }
}

/** A listener that throws is its owner's affair: it must not come between a signature and its broadcast. */
function tellSafely(listen: ((event: SenderEvent) => void) | undefined, event: SenderEvent): void {
  try {
    listen?.(event)
  } catch (cause) {
    queueMicrotask(() => {
      throw cause
    })
  }
}

function findJob({ jobs }: Desk, label: string | undefined): Job | undefined {
  if (label === undefined) return undefined
  return [...jobs.values()].find(({ command }) => command.label === label)
}

function openJob(desk: Desk, command: SendCommand): Job {
  const { promise, resolve } = Promise.withResolvers<SendOutcome>()
  desk.lastJob += 1
  desk.hasNews = true
  const job: Job = { id: desk.lastJob, command, answer: promise, settle: resolve, faults: 0 }
  desk.jobs.set(job.id, job)
  desk.queue = [...desk.queue, job]
  return job
}

/** What was signed and may be mined after the end. */
function minable({ flight }: Desk): readonly Slot[] {
  return [...flight.slots, ...flight.lost]
}

function answerAll(desk: Desk): void {
  for (const slot of minable(desk)) {
    const job = jobOf(desk, slot)
    if (job !== undefined) settle(desk, job, { kind: 'left', inFlight: describe(desk, slot) })
  }
  for (const job of desk.jobs.values()) refuse(desk, job, CLOSED)
}

type Loop = { readonly wake: () => void; readonly end: () => Promise<void> }

/** Goes round while there is something to do, and sleeps otherwise. */
function openLoop(desk: Desk): Loop {
  const alarm = { ring: (): void => undefined }
  let running: Promise<void> | undefined
  const run = async (): Promise<void> => {
    let failures = 0
    while (!desk.isClosed && desk.jobs.size + minable(desk).length > 0) {
      const failure = await goRound(desk)
      failures = failure === undefined ? 0 : failures + 1
      const waitMs = Math.min(desk.rules.pollingMs * 2 ** Math.min(failures, 20), LONGEST_WAIT_MS)
      if (failure !== undefined) desk.tell({ type: 'unreachable', words: failure, waitMs })
      await sleep(desk, { waitMs, isDeep: failures > 0, alarm })
    }
    running = undefined
  }
  return {
    wake: () => {
      alarm.ring()
      running ??= run()
    },
    end: async () => {
      alarm.ring()
      await running
    },
  }
}

/** A new command ends the sleep, unless the node was not reached: then only the end of the sender does. */
async function sleep(
  desk: Desk,
  {
    waitMs,
    isDeep,
    alarm,
  }: { readonly waitMs: number; readonly isDeep: boolean; readonly alarm: { ring: () => void } },
): Promise<void> {
  if (desk.isClosed || (!isDeep && desk.hasNews)) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, waitMs)
  alarm.ring = () => {
    if (desk.isClosed || !isDeep) resolve()
  }
  await promise
  clearTimeout(timer)
  alarm.ring = () => undefined
}
