// `iexec network stop`: ends a network in order, and what a killed one has left.
import { findSupervisor, type Running } from '../folder/running.ts'
import { endLeftovers } from '../run/leftovers.ts'
import { NetworkFault } from '../folder/fault.ts'
import { holdEnded } from '../folder/hold.ts'
import { hasEnded, sendSignal } from '../process/identity.ts'
import { tellPlain, tellProblem } from './speak.ts'
import { folderOf, networkCommand, parseLine, type Place } from './options.ts'

/**
 * Ends a network.
 *
 * @returns the exit code: 0 also when nothing ran
 */
export async function stop(args: readonly string[], tell: (sentence: string) => void = tellPlain): Promise<number> {
  const command = networkCommand({
    name: 'stop',
    description: 'Ends the network, and waits until all of it has ended. Everything in it is kept.',
    examples: [['iexec network stop', 'the exit code is 0 also when nothing ran']],
  })
  const folder = folderOf(parseLine<Place>(command, args))
  const running = findSupervisor(folder)
  if (running !== undefined) await endSupervisor(running)
  const ended = await endRest(folder)
  if (running !== undefined) tell('The network has ended; everything in it is kept.')
  else if (ended.length === 0) tell(`No network runs in ${folder}.`)
  else tell(`What a killed network had left was ended: ${ended.join(', ')}.`)
  return 0
}

/** Whoever starts a network at this moment is not disturbed. */
async function endRest(folder: string): Promise<readonly string[]> {
  const letGo = await holdEnded(folder)
  try {
    return (await endLeftovers(folder, tellProblem)).names
  } finally {
    letGo()
  }
}

/** Each part has its own patience, and there are few one after the other. */
const LONGEST_END_MS = 60_000

/**
 * Ends a supervisor and all that it started.
 *
 * @throws NetworkFault when it does not end
 */
export async function endSupervisor({ supervisor }: Running): Promise<void> {
  sendSignal(supervisor, 'SIGTERM')
  if (await hasEnded(supervisor, LONGEST_END_MS)) return
  throw new NetworkFault(
    `The network (process ${supervisor.pid}) does not end: kill -9 ${supervisor.pid}, and then iexec network stop, ends all of it.`,
  )
}
