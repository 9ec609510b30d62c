// All inputs of a task together.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { factsOf } from '../../test/facts.ts'
import { startServer, type FileServer } from '../../test/fileServer.ts'
import { describeRun, type RunPlan } from '../contract/describeRun.ts'
import { fetchInputs } from './fetchInputs.ts'

/** So many the server gives; whoever wants more waits for ever. */
const GIVEN = 6
const SECONDS = 0.3

let folder: string
let server: FileServer
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iexec-inputs-'))
  server = await startServer((_, response) => {
    if (server.requests.length <= GIVEN) response.end('given')
  })
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

function planOf(urls: readonly string[], seconds: number): RunPlan {
  const plan = describeRun(factsOf({ params: JSON.stringify({ iexec_input_files: urls }) }))
  if (!plan.ok) throw new Error(plan.message)
  return { ...plan, fetch: { ...plan.fetch, seconds } }
}

test('the time limit is that of all files together, and passes for a file that was begun late as for the first', async () => {
  const urls = Array.from({ length: 2 * GIVEN }, (_, place) => `${server.url}/${place}`)

  const fetching = fetchInputs(planOf(urls, SECONDS), folder, {
    gateways: [],
    allowsPrivate: true,
    signal: new AbortController().signal,
  })

  await expect(fetching).rejects.toMatchObject({
    kind: 'INPUT_FILES_DOWNLOAD_FAILED',
    message: `The files of the task did not all come within ${SECONDS} s.`,
  })
})
