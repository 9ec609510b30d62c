// Computing a task with the real engine, and finding again what was computed.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWasmEngine, type TaskFacts } from '@iexec/runtime'
import { sha256 } from 'viem'
import { expect, onTestFinished, test } from 'vitest'
import { NOTHING, serveModules } from '../../test/modules.ts'
import { computeTask } from './compute.ts'

test('what was computed is found again, and computed anew for a deal that begins at another time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'compute-'))
  const server = await serveModules(NOTHING)
  onTestFinished(async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const facts: TaskFacts = {
    taskId: `0x${'11'.repeat(32)}`,
    dealId: `0x${'22'.repeat(32)}`,
    index: 0,
    botFirst: 0,
    botSize: 1,
    startTime: 1_000,
    categorySeconds: 60,
    tag: `0x${'00'.repeat(32)}`,
    params: '{}',
    hasCallback: false,
    app: { type: 'WASM', multiaddr: server.find(NOTHING).url, checksum: sha256(NOTHING) },
  }
  const stages: string[] = []
  const compute = async (startTime: number): Promise<unknown> => {
    const options = {
      engines: [createWasmEngine({ folder: join(folder, 'wasm'), gateways: [], allowsPrivate: true })],
      folder,
      gateways: () => [],
      allowsPrivateInputs: true,
      allowsNetwork: false,
    }
    const { signal } = new AbortController()
    const listener = { signal, onStage: (stage: string) => stages.push(stage), onLog: () => undefined }
    return computeTask({ ...facts, startTime }, options, listener)
  }

  const first = await compute(1_000)
  const again = await compute(1_000)
  const later = await compute(1_100)

  expect(first).toMatchObject({ type: 'computed', vote: { startTime: 1_000 } })
  expect(again).toEqual(first)
  expect(later).toMatchObject({ type: 'computed', vote: { startTime: 1_100 } })
  expect(stages).toEqual(['fetching', 'running', 'fetching', 'running'])
})
