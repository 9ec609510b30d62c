// A chain that is kept alive can be ended at every moment.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { expect, onTestFinished, test } from 'vitest'
import { identify } from '../process/identity.ts'
import { findPort } from '../../test/findPort.ts'
import { startKeptChain, type KeptChain } from './keptChain.ts'

test('it ends also while it is just being started again after a fall, and nothing of it goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'network-kept-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const pids: number[] = []
  const { promise: bornAgain, resolve: tellBirth } = Promise.withResolvers<void>()
  const born = (_: string, __: string, pid: number): void => {
    pids.push(pid)
    if (pids.length === 2) tellBirth()
  }
  const register = { born, listens: () => undefined, fell: () => undefined, ready: () => undefined }
  const chain: KeptChain = await startKeptChain({ folder, port: await findPort(), register, say: () => undefined })
  await expect.poll(() => existsSync(join(folder, 'head.json'))).toBe(true)

  process.kill(pids[0] ?? 0, 'SIGKILL')
  await bornAgain
  await chain.stop()

  expect(pids.map(identify)).toEqual([undefined, undefined])
  // Whether it has all that services remember, nobody has looked.
  expect(existsSync(join(folder, 'head.json'))).toBe(true)
})
