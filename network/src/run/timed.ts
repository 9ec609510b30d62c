// What is said of a part when it is ready.
import type { Say } from './keepAlive.ts'

/** A part that is made ready, and what is said of where it is. */
export type Ready<Answer> = {
  readonly name: string
  readonly work: () => Promise<Answer>
  readonly place: (answer: Answer) => string
}

/**
 * Says that a part is ready, where it is and how long that took.
 *
 * @example
 * await timed(say, { name: 'chain', work: startChain, place: ({ rpcUrl }) => rpcUrl })
 */
export async function timed<Answer>(say: Say, { name, work, place }: Ready<Answer>): Promise<Answer> {
  const began = performance.now()
  const answer = await work()
  const ms = Math.round(performance.now() - began)
  const seconds = (ms / 1000).toFixed(1).padStart(4)
  say('ready', `${name.padEnd(10)} ${seconds} s  ${place(answer)}`, { part: name, ms })
  return answer
}
