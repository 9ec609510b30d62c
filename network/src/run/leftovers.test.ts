// What a killed supervisor left is found by what it wrote down, and nothing else is touched.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { expect, onTestFinished, test } from 'vitest'
import { findSupervisor, readRunning, writeRunning } from '../folder/running.ts'
import { identify, isRunning, type ProcessId } from '../process/identity.ts'
import { endLeftovers } from './leftovers.ts'
import { openRegister } from './register.ts'

function begin(): ProcessId {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return identify(child.pid ?? 0) ?? { pid: 0, began: '' }
}

test('processes that were written down are ended, unless their number belongs to another one by now', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'network-left-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const [left, stranger] = [begin(), begin()]
  const register = openRegister(folder)
  register.born('market', 'http://127.0.0.1:1', left.pid)
  register.listens('market')
  register.fell('market')
  register.ready()
  const written = readRunning(folder)
  const services = written?.services.map((service) => ({
    ...service,
    name: 'other',
    process: { ...stranger, began: 'once' },
  }))
  if (written !== undefined) writeRunning(folder, { ...written, services: [...written.services, ...(services ?? [])] })

  const whileItRuns = findSupervisor(folder)
  const ended = await endLeftovers(folder, () => undefined)

  expect(whileItRuns).toMatchObject({ isReady: true, supervisor: { pid: process.pid }, services: [{ falls: 1 }, {}] })
  expect(ended).toEqual({ names: ['market'], leavesRegistry: false })
  expect([isRunning(left), isRunning(stranger)]).toEqual([false, true])
  expect(findSupervisor(folder)).toBeUndefined()
})
