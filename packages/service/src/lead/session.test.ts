import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { openSession, type PostgresLocation } from './session.ts'

const PATIENCE = { timeout: 20_000, interval: 10 }

/** A way to the server that can be cut so that neither side is told, as when a host vanishes. */
async function openWay(url: string): Promise<{ readonly location: PostgresLocation; readonly cut: () => void }> {
  const sockets: Socket[] = []
  const server = createServer((near) => {
    const far = connect(Number(new URL(url).port), '127.0.0.1')
    near.pipe(far).pipe(near)
    for (const socket of [near, far]) {
      socket.on('error', () => undefined)
      sockets.push(socket)
    }
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const way = new URL(url)
  way.port = String((server.address() as AddressInfo).port)
  return {
    location: { engine: 'postgres', url: way.href, schema: 'public' },
    cut: () => {
      for (const socket of sockets) {
        socket.unpipe()
        socket.pause()
      }
    },
  }
}

describe.skipIf(inject('postgresUrl') === undefined)('a session', () => {
  test('is lost when the server falls silent without a word', async () => {
    const { location, cut } = await openWay(inject('postgresUrl') ?? '')
    const session = await openSession(location, 'listener')
    const aliveBefore = await session.isAlive()

    cut()

    await expect.poll(() => session.lost.aborted, PATIENCE).toBe(true)
    expect([aliveBefore, await session.isAlive()]).toEqual([true, false])
  })

  test('has the server drop it, with its locks, when this host vanishes, whatever options the URL has', async () => {
    const url = new URL(inject('postgresUrl') ?? '')
    url.searchParams.set('options', '-c work_mem=7MB -c tcp_user_timeout=0')
    const session = await openSession({ engine: 'postgres', url: url.href, schema: 'public' }, 'leader')

    const rows = await session.query(
      `select name, setting from pg_settings where name ~ '^tcp|^idle_session|^work_mem' order by name`,
    )

    expect(rows).toEqual([
      { name: 'idle_session_timeout', setting: '5000' },
      { name: 'tcp_keepalives_count', setting: '2' },
      { name: 'tcp_keepalives_idle', setting: '1' },
      { name: 'tcp_keepalives_interval', setting: '1' },
      { name: 'tcp_user_timeout', setting: '3000' },
      { name: 'work_mem', setting: '7168' },
    ])
    await session.close()
    expect(session.lost.aborted).toBe(true)
  })

  test('closes within a bounded time although the server does not answer', async () => {
    const { location, cut } = await openWay(inject('postgresUrl') ?? '')
    const session = await openSession(location, 'listener')

    cut()
    await session.close()

    expect(session.lost.aborted).toBe(true)
  })
})
