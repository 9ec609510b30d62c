// Where a network of a test may listen.
import { createServer } from 'node:net'

/**
 * The port of a chain with free ports for its services behind it; with nothing there for a while: other tests take any port that
 * is free.
 *
 * @example
 * await network('start', '--port-base', String(await findPortBase()))
 */
export async function findPortBase(): Promise<number> {
  for (;;) {
    const base = 20_000 + 20 * Math.floor(Math.random() * 600)
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
