// The network on which all journeys lead, as a user starts it: once, because its people do not mind one another.
import { afterAll, beforeAll, inject } from 'vitest'
import { startUsersNetwork, type UsersNetwork } from './network.ts'

const started: { network?: UsersNetwork } = {}
beforeAll(async () => {
  const engine = inject('engine')
  started.network = await startUsersNetwork(
    engine === undefined
      ? { words: '--no-docker' }
      : { words: `--docker-host ${engine.host}`, env: { DOCKER_HOST: engine.host, DOCKER_BUILDKIT: '0' } },
  )
})
afterAll(async () => started.network?.stop())

/**
 * The network; it is there for hooks and tests of whoever imports this.
 *
 * @throws Error before it has started
 * @example
 * beforeAll(() => void (network = theNetwork()))
 */
export function theNetwork(): UsersNetwork {
  if (started.network === undefined) throw new Error('The network of the journeys has not started.')
  return started.network
}
