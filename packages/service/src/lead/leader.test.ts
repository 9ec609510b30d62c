import { spawn, type ChildProcess } from 'node:child_process'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { newLocation, onBothEngines } from '../../test/database.ts'
import { factTables } from '../../test/facts.ts'
import { openDatabase, type DatabaseLocation } from '../db/database.ts'
import { holdFile, whileLeading } from './leader.ts'
import { whenAborted } from './session.ts'

const PATIENCE = { timeout: 20_000, interval: 10 }

/** A place with an open database, as a service has when it begins to lead. */
async function newDatabase(engine: 'sqlite' | 'postgres'): Promise<DatabaseLocation> {
  const { location, remove } = newLocation(engine)
  const database = await openDatabase(location, { migrations: factTables })
  onTestFinished(async () => {
    await database.close()
    await remove()
  })
  return location
}

/** A process of its own that leads or stands by, and the lines it has said so far. */
type Process = { readonly said: readonly string[]; readonly child: ChildProcess }

function startProcess(location: DatabaseLocation): Process {
  const script = fileURLToPath(new URL('../../test/leader.ts', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify(location)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  child.stdout.on('data', (text: Buffer) => {
    said.push(...text.toString().trim().split('\n'))
  })
  onTestFinished(() => {
    child.kill('SIGCONT')
    child.kill('SIGKILL')
  })
  return { child, said }
}

onBothEngines('leading', (engine) => {
  test('lasts until the signal aborts, and is free for the next at once', async () => {
    const location = await newDatabase(engine)
    const roles: string[] = []

    for (const round of ['first', 'second']) {
      const ending = new AbortController()
      const onRole = (role: string): void => {
        roles.push(role)
      }
      await whileLeading({ location, signal: ending.signal, onRole }, async (leading) => {
        roles.push(round)
        ending.abort()
        await whenAborted(leading)
        throw new Error('This is only how it ends.')
      })
    }

    expect(roles.filter((role) => role !== 'standby')).toEqual(['leading', 'first', 'leading', 'second'])
  })

  test('ends when the work ends by itself, and throws what the work throws', async () => {
    const location = await newDatabase(engine)
    const { signal } = new AbortController()

    await whileLeading({ location, signal }, async () => Promise.resolve())
    const failing = whileLeading({ location, signal }, async () => Promise.reject(new Error('the work is broken')))

    await expect(failing).rejects.toThrow('the work is broken')
  })

  test('does not begin when it has ended before', async () => {
    const location = await newDatabase(engine)
    let led = false

    await whileLeading({ location, signal: AbortSignal.abort() }, async () => {
      led = true
      return Promise.resolve()
    })

    expect(led).toBe(false)
  })
})

describe('leading a SQLite file', () => {
  test('is for one process: the second says so and ends; once the first was killed, the next leads', async () => {
    const location = await newDatabase('sqlite')
    const first = startProcess(location)
    await expect.poll(() => first.said, PATIENCE).toEqual(['leading'])

    const second = startProcess(location)
    await expect.poll(() => second.child.exitCode, PATIENCE).toBe(0)
    first.child.kill('SIGKILL')
    await expect.poll(() => first.child.signalCode, PATIENCE).toBe('SIGKILL')
    const third = startProcess(location)

    await expect.poll(() => third.said, PATIENCE).toEqual(['leading'])
    expect(second.said).toEqual([
      expect.stringMatching(/^Another process uses .*service\.sqlite \(it holds .*\.lock\); several copies/u),
    ])
  })

  test('holds it under whatever name, before it is there, and until it lets go', async () => {
    const { location, remove } = newLocation('sqlite')
    onTestFinished(remove)
    if (location.engine !== 'sqlite') throw new Error('This is about SQLite.')
    const otherName = { ...location, file: join(dirname(location.file), '.', basename(location.file)) }
    const letGo = holdFile(location)

    expect(() => holdFile(otherName)).toThrow('Another process uses')
    letGo()
    holdFile(otherName)()
  })

  test('in memory needs no lock: nobody else can see it', () => {
    const location = { engine: 'sqlite', file: ':memory:' } as const

    const letGo = holdFile(location)

    expect(() => {
      holdFile(location)()
    }).not.toThrow()
    letGo()
  })
})

describe.skipIf(inject('postgresUrl') === undefined)('leading on PostgreSQL', () => {
  test('is for one process at a time, and within 5 seconds another takes over from one that was killed', async () => {
    const location = await newDatabase('postgres')
    const first = startProcess(location)
    await expect.poll(() => first.said, PATIENCE).toEqual(['standby', 'leading'])
    const second = startProcess(location)
    await expect.poll(() => second.said, PATIENCE).toEqual(['standby'])

    first.child.kill('SIGKILL')
    const killedAt = performance.now()

    await expect.poll(() => second.said, PATIENCE).toEqual(['standby', 'leading'])
    expect(performance.now() - killedAt).toBeLessThan(5_000)
  })

  test('passes on from a process that hangs, which stands by once it goes on', async () => {
    const location = await newDatabase('postgres')
    const first = startProcess(location)
    await expect.poll(() => first.said, PATIENCE).toEqual(['standby', 'leading'])
    const second = startProcess(location)
    await expect.poll(() => second.said, PATIENCE).toEqual(['standby'])

    first.child.kill('SIGSTOP')

    await expect.poll(() => second.said, PATIENCE).toEqual(['standby', 'leading'])
    first.child.kill('SIGCONT')
    await expect.poll(() => first.said, PATIENCE).toEqual(['standby', 'leading', 'standby'])
  })

  test('stops when the connection that holds the lock is lost, and begins again', async () => {
    const location = await newDatabase('postgres')
    const ending = new AbortController()
    const said: string[] = []
    const onRole = (role: string): void => {
      said.push(role)
    }

    const leading = whileLeading({ location, signal: ending.signal, onRole }, async (signal) => {
      await whenAborted(signal)
      said.push('stopped')
    })
    await expect.poll(() => said, PATIENCE).toEqual(['standby', 'leading'])
    await endConnection(location)

    await expect.poll(() => said, PATIENCE).toEqual(['standby', 'leading', 'stopped', 'standby', 'leading'])
    ending.abort()
    await leading
  })

  test('begins again when the work noticed before the lock did that the server had gone', async () => {
    const location = await newDatabase('postgres')
    let rounds = 0

    await whileLeading({ location, signal: new AbortController().signal }, async () => {
      rounds += 1
      if (rounds > 1) return
      await endConnection(location)
      throw new Error('Connection terminated')
    })

    expect(rounds).toBe(2)
  })

  test('stands by while there is no server, and says why', async () => {
    const ending = new AbortController()
    const errors: unknown[] = []
    const location = { engine: 'postgres', url: 'postgres://postgres@127.0.0.1:1/postgres', schema: 'none' } as const
    const onError = (error: unknown): void => {
      errors.push(error)
      ending.abort()
    }

    await whileLeading({ location, signal: ending.signal, onError }, async () => Promise.reject(new Error('led')))

    expect(errors).toEqual([expect.objectContaining({ code: 'ECONNREFUSED' })])
  })
})

/** Ends the leader's connection of this schema, and no other test's. */
async function endConnection(location: DatabaseLocation): Promise<void> {
  if (location.engine !== 'postgres') throw new Error('This needs PostgreSQL.')
  const client = new Client(location.url)
  await client.connect()
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
    `iexec leader of ${location.schema}`,
  ])
  await client.end()
}
