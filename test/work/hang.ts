// Machines that hang: their workers are connected, and do nothing until they go on.
import type { Network } from '@iexec/network/test/startNetwork'

/** Workers of a network that hang, and go on. */
export type Hangs = {
  /** These workers hang from now on, by their places in the network. */
  readonly freeze: (...places: readonly number[]) => void
  /** All of them go on. */
  readonly thaw: () => void
}

/**
 * Lets workers of a network hang.
 *
 * @example
 * const { freeze, thaw } = openHangs(() => network)
 * freeze(0)
 * thaw()
 */
export function openHangs(network: () => Network): Hangs {
  const frozen = new Set<number>()
  return {
    freeze: (...places) => {
      for (const place of places) {
        const pid = network().services.workers[place]?.pid()
        if (pid === undefined) throw new Error(`There is no worker ${place}.`)
        process.kill(pid, 'SIGSTOP')
        frozen.add(pid)
      }
    },
    thaw: () => {
      for (const pid of frozen) process.kill(pid, 'SIGCONT')
      frozen.clear()
    },
  }
}
