// All inputs of a task together.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { factsOf } from '../../test/facts.ts'
import { startServer, type FileServer } from '../../test/fileServer.ts'
import { describeRun, type RunPlan } from '../contract/describeRun.ts'
import { fetchInputs } from './fetchInputs.ts'

const SLOW_MS = 400

let folder: string
let slow: FileServer
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iexec-inputs-'))
  slow = await startServer((_, response) => {
    setTimeout(() => response.end('slow'), SLOW_MS)
  })
})
afterAll(async () => {
  await slow.stop()
  await rm(folder, { recursive: true })
})

function planOf(urls: readonly string[], seconds: number): RunPlan {
  const plan = describeRun(factsOf({ params: JSON.stringify({ iexec_input_files: urls }) }))
  if (!plan.ok) throw new Error(plan.message)
  return { ...plan, fetch: { ...plan.fetch, seconds } }
}

test('the time limit is that of all files together, so that many slow ones do not hold a worker for ever', async () => {
  const urls = Array.from({ length: 12 }, (_, place) => `${slow.url}/${place}`)
  const fetching = fetchInputs(planOf(urls, (2 * SLOW_MS) / 1000), folder, {
    gateways: [],
    allowsPrivate: true,
    signal: new AbortController().signal,
  })

  await expect(fetching).rejects.toMatchObject({
    kind: 'INPUT_FILES_DOWNLOAD_FAILED',
    message: expect.stringContaining('within 0.8 s.'),
  })
})
