// Where a part of a network of a test may listen.
import { createServer } from 'node:net'
import process from 'node:process'

/** Whoever tests at the same time looks elsewhere. */
const SHARES = 20
const PORTS_OF_SHARE = 490
/** Browsers open no page at 10080. */
const FIRST = 10_100

let last = Math.floor(Math.random() * PORTS_OF_SHARE)

/**
 * A port of this machine that nobody listens on, nor will: machines give others to whoever takes any, some of them thousands of
 * times while the tests run, and a service listens a while after its port was found, or is dead for a while.
 *
 * @example
 * const port = await findPort()
 */
export async function findPort(): Promise<number> {
  const share = Number(process.env['VITEST_POOL_ID'] ?? 0) % SHARES
  for (;;) {
    last = (last + 1) % PORTS_OF_SHARE
    const port = FIRST + PORTS_OF_SHARE * share + last
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const { promise, resolve } = Promise.withResolvers<boolean>()
  server.once('error', () => {
    resolve(false)
  })
  server.listen(port, '127.0.0.1', () => {
    server.close(() => {
      resolve(true)
    })
  })
  return promise
}
