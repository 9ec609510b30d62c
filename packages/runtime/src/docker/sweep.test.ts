// A worker that dies leaves its containers behind; the next one removes them, and nobody else's.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, inject, test } from 'vitest'
import { pushImage, type TestEngineAddress } from '../../test/engine.ts'
import { newFolders, newJob } from '../../test/runs.ts'
import { createDockerEngine } from './index.ts'
import { connect } from './options.ts'

const address = inject('engine')
const options = { signal: new AbortController().signal, seconds: 60 }

async function countContainers(label: string): Promise<number> {
  const filters = { label: [`iexec.worker=${label}`] }
  return (await connect({ host: address?.host ?? '' }).listContainers({ all: true, filters })).length
}

describe.skipIf(address === undefined)('with a real Docker Engine', () => {
  test('what a killed worker left running is removed, and what others and this one run goes on', async () => {
    await using folders = await newFolders()
    await using ownFolders = await newFolders()
    const here = address as TestEngineAddress
    const image = await pushImage(here, { config: { Entrypoint: ['/bin/sh', '-c', 'echo runs; sleep 1000'] } })
    const program = fileURLToPath(new URL('../../test/runForever.ts', import.meta.url))
    const worker = spawn(
      process.execPath,
      [program, JSON.stringify({ host: here.host, label: 'dead', image, folders })],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    await once(worker.stdout, 'data')
    worker.kill('SIGKILL')
    await once(worker, 'close')
    const control = new AbortController()
    const runs = Promise.withResolvers<undefined>()
    const engine = createDockerEngine({ host: here.host, label: 'dead' })
    const app = await engine.prepare(image, options)
    const running = app.run(newJob(image), ownFolders, {
      signal: control.signal,
      onLog: () => {
        runs.resolve(undefined)
      },
    })
    await runs.promise

    const before = await countContainers('dead')
    await createDockerEngine({ host: here.host, label: 'another' }).sweep()
    const afterAnother = await countContainers('dead')
    await engine.sweep()
    const after = await countContainers('dead')
    control.abort()

    expect(before).toBe(2)
    expect(afterAnother).toBe(2)
    expect(after).toBe(1)
    expect((await running).ending).toEqual({ kind: 'aborted' })
    expect(await countContainers('dead')).toBe(0)
  })
})
