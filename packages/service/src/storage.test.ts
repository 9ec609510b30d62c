// What is said of a storage that takes no results of a pool.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { whyNotStored } from './storage.ts'

const [HUB, POOL, OTHER] = [`0x${'1'.repeat(40)}`, `0x${'a'.repeat(40)}`, `0x${'b'.repeat(40)}`] as const
const WANTED = { chainId: 134, hub: HUB, workerpool: POOL }
const WELL = { ok: true, reason: null, chainId: 134, hub: HUB, pools: null }

/** A server whose health is this. */
async function serve(status: number, body: string): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/health' ? status : 404).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test.each([
  ['of all pools', {}],
  ['of this pool among others, however it is written', { pools: [OTHER, POOL.toUpperCase().replace('X', 'x')] }],
])('nothing is said of a storage that takes results %s', async (_, change) => {
  const url = await serve(200, JSON.stringify({ ...WELL, ...change }))

  expect(await whyNotStored(`${url}/`, WANTED)).toBeUndefined()
})

const ANOTHER = 'or name another storage with --storage of the scheduler.'

test.each([
  [
    'another pool’s',
    { pools: [OTHER] },
    `does not take results of the workerpool ${POOL}: let its owner add that to --pools, ${ANOTHER}`,
  ],
  [
    'of another hub',
    { hub: OTHER, chainId: 1 },
    `is of the hub ${OTHER} on chain 1, not of ${HUB} on chain 134: start it for that hub, ${ANOTHER}`,
  ],
  ['full', { ok: false, reason: 'The disk is full.' }, 'takes no results now: The disk is full.'],
  ['waiting for a node', { ok: false, chainId: null }, 'takes no results now: it answers 503 at /health.'],
])('a storage that is %s is named, with what to do', async (_, change, said) => {
  const health = { ...WELL, ...change }
  const url = await serve(health.ok ? 200 : 503, JSON.stringify(health))

  expect(await whyNotStored(url, WANTED)).toBe(`The storage ${url} ${said}`)
})

test('what is no storage, or is not there, is named, too', async () => {
  const page = await serve(200, '<html>')
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const free = (closed.address() as AddressInfo).port
  closed.close()
  await once(closed, 'close')

  expect(await whyNotStored(page, WANTED)).toBe(
    `The storage ${page} answers 200 at /health as no storage does: look at its address, ${ANOTHER}`,
  )
  expect(await whyNotStored(`http://127.0.0.1:${free}`, WANTED)).toBe(
    `The storage http://127.0.0.1:${free} does not answer (connect ECONNREFUSED 127.0.0.1:${free}): start it, ${ANOTHER}`,
  )
})
