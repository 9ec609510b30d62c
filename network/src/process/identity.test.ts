// A number of a process means this very process, and none that has it later.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { expect, test } from 'vitest'
import { endProcess, hasEnded, identify, isRunning, memoryOf, sendSignal } from './identity.ts'

const FOREVER = 'setInterval(() => undefined, 1000); process.stdout.write("ready")'
const STUBBORN = `process.on("SIGTERM", () => undefined); ${FOREVER}`

async function begin(program: string): Promise<number> {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] })
  await once(child.stdout, 'data')
  return child.pid ?? 0
}

test('a process is known until it has ended', async () => {
  const id = identify(await begin(FOREVER)) ?? { pid: 0, began: '' }
  const whileItRan = isRunning(id)
  await endProcess(id)

  expect(whileItRan).toBe(true)
  expect(isRunning(id)).toBe(false)
  expect(await hasEnded(id, 0)).toBe(true)
})

test('another process with the same number is another one, and gets no signal', () => {
  const own = identify(process.pid) ?? { pid: 0, began: '' }
  const former = { ...own, began: `${own.began}0` }

  expect(isRunning(own)).toBe(true)
  expect(isRunning(former)).toBe(false)
  expect(sendSignal(former, 'SIGKILL')).toBe(false)
  expect(identify(0)).toBeUndefined()
})

test('who does not end when asked is ended', { timeout: 30_000 }, async () => {
  const id = identify(await begin(STUBBORN)) ?? { pid: 0, began: '' }

  await endProcess(id, 50)

  expect(isRunning(id)).toBe(false)
})

test.runIf(process.platform === 'linux')('memory is told of who runs', () => {
  expect(memoryOf(process.pid)).toBeGreaterThan(10_000_000)
  expect(memoryOf(0)).toBeUndefined()
})
