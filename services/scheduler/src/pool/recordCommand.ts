// Writes what was decided into the book, before anything of it is done.
import { noteStatus, touchCommand, touchPlace } from '../book/book.ts'
import type { Place, Task } from '../book/model.ts'
import { isForChain, type ChainCommand, type Command, type OfferCommand } from '../decide/command.ts'
import { countedUntil } from '../decide/places.ts'
import type { Now } from '../decide/snapshot.ts'
import type { Desk } from './desk.ts'
import { SILENCE_BLAME, blameWorker, snapshotOfWorker } from './hands.ts'
import { snapshotOfTask } from './snapshots.ts'

/** Writes a command into the book. */
export function recordCommand(desk: Desk, command: Command, now: Now): void {
  const { parts } = desk
  const { book } = parts
  const task = book.tasks.get(command.task)
  if (task === undefined) return
  parts.onNews({ type: 'decided', command })
  if (isForChain(command)) {
    const before = task.sent.get(command.key)
    task.sent.set(command.key, {
      kind: command.do,
      state: 'open',
      attempts: (before?.attempts ?? 0) + 1,
      decidedAt: now.ms,
      endedAt: undefined,
      retryAt: 0,
      tx: undefined,
      reason: undefined,
    })
    touchCommand(book, task, command.key)
    const status = STATUS_OF[command.do]
    if (status !== undefined) noteStatus(book, task, { status, at: now.ms })
  } else if (command.do === 'offer') givePlace(desk, task, { command, now })
  else {
    const place = task.places.get(command.worker)
    if (place === undefined) return
    if (command.do === 'deliver') place.deliverAt = now.ms
    else Object.assign(place, { isWithdrawn: true, endedAt: now.ms })
    touchPlace(book, task, place)
    parts.hands.update(task, place)
  }
  parts.onChange(task.id)
}

const STATUS_OF: Partial<Record<ChainCommand['do'], string>> = {
  initialize: 'INITIALIZING',
  reopen: 'REOPENING',
  finalize: 'FINALIZING',
}

function givePlace(
  desk: Desk,
  task: Task,
  { command, now }: { readonly command: OfferCommand; readonly now: Now },
): void {
  const { worker, attempt, path, wantedUntil } = command
  const { parts } = desk
  const { book, hands } = parts
  blameSilent(desk, task, now)
  const place: Place = {
    worker,
    attempt,
    path,
    wantedUntil,
    state: 'offered',
    cause: undefined,
    message: undefined,
    exitCode: undefined,
    digest: undefined,
    cid: undefined,
    callbackData: undefined,
    offeredAt: now.ms,
    heardAt: undefined,
    runningAt: undefined,
    endedAt: undefined,
    isWithdrawn: false,
    isSilent: false,
    deliverAt: undefined,
    history: [...(task.places.get(worker)?.history ?? []), { status: 'CREATED', at: now.ms }],
  }
  task.places.set(worker, place)
  touchPlace(book, task, place)
  book.dirty.tasks.add(task)
  hands.update(task, place)
}

/** A substitute was needed: whoever fell silent is trusted a little less. */
function blameSilent({ parts, patience }: Desk, task: Task, now: Now): void {
  const { book, durations } = parts
  const snapshot = snapshotOfTask(task, durations)
  for (const place of task.places.values()) {
    const known = book.workers.get(place.worker)
    const worker = known === undefined ? undefined : snapshotOfWorker(known, { free: 0, ahead: 0n, now: now.ms })
    const until = countedUntil(place, snapshot, { worker, patience })
    if (place.isSilent || until === -Infinity || until > now.ms) continue
    if (task.votes.some((vote) => vote.worker === place.worker)) continue
    place.isSilent = true
    touchPlace(book, task, place)
    blameWorker(book, known, { amount: SILENCE_BLAME, now: now.ms })
  }
}
