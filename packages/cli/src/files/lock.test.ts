// Turns among processes: nobody has one at the same time as another, and nobody keeps his when he is dead.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { underLock } from './lock.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'iexec-lock-'))
  vi.stubEnv('HOME', home)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true, force: true })
})

/** Starts a process that has its turn, and keeps it. */
async function startHolder(name: string): Promise<ChildProcess> {
  const lock = join(import.meta.dirname, 'lock.ts')
  // The timer knows how the work would end: what nobody can end any more would be forgotten, and the lock with it.
  const program = `import { underLock } from ${JSON.stringify(lock)}
    await underLock(${JSON.stringify(name)}, () => new Promise((end) => { console.log('held'); setInterval(() => end, 1000) }))`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'pipe' })
  const [first] = (await once(child.stdout, 'data')) as [Buffer]
  expect(String(first)).toBe('held\n')
  return child
}

test('who was killed has no turn any more, and nothing has to be cleaned up', async () => {
  const holder = await startHolder('one')
  const onWait = vi.fn<() => void>(() => {
    holder.kill('SIGKILL')
  })

  const answer = await underLock('one', async () => 'worked', { onWait, longMs: 0 })

  expect(onWait).toHaveBeenCalledTimes(1)
  expect(answer).toBe('worked')
})

test('a long wait is told once, another name does not wait, and the signal ends the wait before the work', async () => {
  const holder = await startHolder('one')
  const ended = new AbortController()
  const onWait = vi.fn<() => void>(() => {
    ended.abort()
  })

  const waiting = underLock('one', async () => 'worked', { onWait, longMs: 0, signal: ended.signal })

  await expect(waiting).rejects.toMatchObject({ code: 'Aborted' })
  expect(onWait).toHaveBeenCalledTimes(1)
  expect(await underLock('other', async () => 'worked')).toBe('worked')
  holder.kill('SIGKILL')
})

test('the turns of one process come one after the other, also when one of them fails', async () => {
  const seen: string[] = []
  const [begun, waits] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
  const onWait = (): void => {
    waits.resolve(undefined)
  }

  const one = underLock('one', async () => {
    begun.resolve(undefined)
    await waits.promise
    seen.push('the first ends')
    throw new Error('no')
  })
  await begun.promise
  const other = underLock('one', async () => seen.push('the second begins'), { onWait, longMs: 0 })
  const [{ status }] = await Promise.allSettled([one, other])

  expect(status).toBe('rejected')
  expect(seen).toEqual(['the first ends', 'the second begins'])
})

test('in a home that cannot be written the work is done without a lock, and that is said', async () => {
  writeFileSync(join(home, '.iexec'), '')
  const onUnlocked = vi.fn<() => void>()

  const answer = await underLock('one', async () => 'worked', { onUnlocked })

  expect(answer).toBe('worked')
  expect(onUnlocked).toHaveBeenCalledTimes(1)
})

test('two locks at once give node its warnings back', () => {
  const lock = join(import.meta.dirname, 'lock.ts')
  const program = `import { underLock } from ${JSON.stringify(lock)}
    const before = process.emitWarning
    await Promise.all(['one', 'other'].map((name) => underLock(name, async () => undefined)))
    console.log(process.emitWarning === before)`

  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })

  expect(said).toBe('true\n')
})
