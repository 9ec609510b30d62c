// What this process started ends with it, however much that is.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import process from 'node:process'
import { expect, test } from 'vitest'
import { endWithUs } from './endWithUs.ts'
import { hasEnded } from './identity.ts'

const MANY = 12

async function untilEnded(child: ChildProcess): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  child.once('exit', () => {
    resolve()
  })
  return promise
}

test('however many there are, one listener ends them, and none is left when they have ended', async () => {
  const before = process.listenerCount('exit')
  const children = Array.from({ length: MANY }, () => spawn('sleep', ['60']))

  for (const child of children) endWithUs(child)
  const during = process.listenerCount('exit')
  const ended = children.map(untilEnded)
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(ended)

  expect([during - before, process.listenerCount('exit') - before]).toEqual([1, 0])
})

test('when the process that started them ends, they do, without a warning', async () => {
  const program = `
    import { spawn } from 'node:child_process'
    import { endWithUs } from './endWithUs.ts'
    import { identify } from './identity.ts'
    const children = Array.from({ length: ${MANY} }, () => spawn('sleep', ['60'], { stdio: 'ignore' }))
    for (const child of children) endWithUs(child)
    console.log(JSON.stringify(children.map(({ pid }) => identify(pid))))
    process.exit()
  `

  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', program], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })

  const ids = JSON.parse(stdout) as Parameters<typeof hasEnded>[0][]
  expect(await Promise.all(ids.map(async (id) => hasEnded(id, 10_000)))).toEqual(ids.map(() => true))
  expect([ids.length, stderr]).toEqual([MANY, ''])
})
