// What to do now: a pure function of the tasks, the places that were given, the workers who are there, and the clocks.
import type { Command } from './command.ts'
import { finishTask } from './finish.ts'
import { hasEnded } from './places.ts'
import { planPlaces } from './plan.ts'
import { openRoster } from './roster.ts'
import { NOTHING, atChain, type Scene, type TaskDecision } from './scene.ts'
import type { Now, Snapshot, TaskSnapshot } from './snapshot.ts'
import { claimOf, initializeOf, reopenOf } from './steps.ts'

/** What to do, and when to look again even if nothing happens. */
export type Decision = {
  readonly commands: readonly Command[]
  /** For each task that has something to wait for: the millisecond at which it is decided anew. */
  readonly wakeAt: ReadonlyMap<TaskSnapshot['id'], number>
  /** Tasks that need more places than there were. */
  readonly waiting: readonly TaskSnapshot['id'][]
}

/**
 * Says what to do now for these tasks, in their order: the first ones get the free workers.
 *
 * Pure. Carrying the commands out and deciding again gives nothing new until something happens or a clock passes `wakeAt`; only
 * places that were taken back make room for more at once.
 *
 * @example
 * const { commands, wakeAt } = decide({ tasks, workers, patience: PATIENCE }, now)
 */
export function decide({ tasks, workers, patience }: Snapshot, now: Now): Decision {
  const scene: Scene = { roster: openRoster(workers), patience, now }
  const wakeAt = new Map<TaskSnapshot['id'], number>()
  const waiting: TaskSnapshot['id'][] = []
  const commands: Command[] = []
  for (const task of tasks) {
    const decision = decideTask(task, scene)
    commands.push(...decision.commands)
    if (decision.isWaiting) waiting.push(task.id)
    if (decision.wakeAt < Infinity) wakeAt.set(task.id, decision.wakeAt)
  }
  return { commands, wakeAt, waiting }
}

function decideTask(task: TaskSnapshot, scene: Scene): TaskDecision {
  const { now } = scene
  if (task.status === 'completed' || task.status === 'failed') return withdrawAll(task)
  const { finalDeadline } = task.deal
  if (now.chain >= finalDeadline) {
    const left = withdrawAll(task)
    const claim = claimOf(task, now)
    return { ...claim, commands: [...left.commands, ...claim.commands] }
  }
  const decision = task.status === 'revealing' ? decideRevealing(task, scene) : decideOpen(task, scene)
  return { ...decision, wakeAt: Math.min(decision.wakeAt, atChain(finalDeadline, now)) }
}

function decideRevealing(task: TaskSnapshot, scene: Scene): TaskDecision {
  const left = withdrawAll(task)
  const end = finishTask(task, scene)
  const again = reopenOf(task, scene.now)
  return {
    commands: [...left.commands, ...end.commands, ...again.commands],
    wakeAt: Math.min(end.wakeAt, again.wakeAt),
    isWaiting: false,
  }
}

function decideOpen(task: TaskSnapshot, scene: Scene): TaskDecision {
  const plan = planPlaces(task, scene)
  const hasPlace = plan.commands.some((command) => command.do === 'offer') || task.places.length > 0
  const begin = hasPlace && plan.path === 'commit' ? initializeOf(task, scene.now) : NOTHING
  return {
    commands: [...begin.commands, ...plan.commands],
    wakeAt: Math.min(plan.wakeAt, begin.wakeAt),
    isWaiting: plan.isWaiting,
  }
}

/** Whoever has not voted yet must not work on: its vote would be refused. */
function withdrawAll(task: TaskSnapshot): TaskDecision {
  const voters = new Set<string>(task.votes.map(({ worker }) => worker))
  const commands = task.places
    .filter((place) => !hasEnded(place) && !voters.has(place.worker))
    .map(({ worker, attempt }): Command => {
      const key = `withdraw:${task.id}:${worker}:${attempt}`
      return {
        do: 'withdraw',
        key,
        task: task.id,
        worker,
        message: 'Others have agreed on the result, or its time is over.',
      }
    })
  return { commands, wakeAt: Infinity, isWaiting: false }
}
