// Where a network of a test may listen.
import { createServer } from 'node:net'
import process from 'node:process'

/** Whoever tests at the same time looks elsewhere: a network listens only a while after its ports were found to be free. */
const SHARES = 20
const BASES_OF_SHARE = 30

/**
 * The port of a chain with free ports for its services behind it; with nothing there for a while: other tests take any port that
 * is free.
 *
 * @example
 * await network('start', '--port-base', String(await findPortBase()))
 */
export async function findPortBase(): Promise<number> {
  const share = Number(process.env['VITEST_POOL_ID'] ?? 0) % SHARES
  for (;;) {
    const base = 20_000 + 20 * (BASES_OF_SHARE * share + Math.floor(Math.random() * BASES_OF_SHARE))
    const servers = Array.from({ length: 13 }, () => createServer())
    const taken = await Promise.all(
      servers.map(
        async (server, place) =>
          new Promise<boolean>((resolve) => {
            server.once('error', () => {
              resolve(true)
            })
            server.listen(base + place, '127.0.0.1', () => {
              resolve(false)
            })
          }),
      ),
    )
    for (const server of servers) server.close()
    if (!taken.includes(true)) return base
  }
}
