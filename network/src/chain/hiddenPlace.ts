// Where anvil listens: behind the gate, where no page in a browser finds it.
import { randomInt } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'
import type { ListenAddress } from '@iexec/service'

const USUAL_HOST = '127.0.0.1'

/**
 * Finds a place that pages cannot guess: one of sixteen million addresses of loopback, and a port of it. Where a machine has only the
 * usual address, as macOS has, the port alone is unknown.
 *
 * @example
 * await findHiddenPlace() // { host: '127.83.12.201', port: 40123 }
 */
export async function findHiddenPlace(): Promise<ListenAddress> {
  const host = `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`
  return findPlace(host).catch(async () => findPlace(USUAL_HOST))
}

async function findPlace(host: string): Promise<ListenAddress> {
  const server = createServer()
  const { promise, resolve, reject } = Promise.withResolvers<ListenAddress>()
  server.once('error', reject).listen(0, host, () => {
    const { port } = server.address() as AddressInfo
    server.close(() => {
      resolve({ host, port })
    })
  })
  return promise
}
