// What the API of a workerpool tells of a task: found in a directory, logged in at, and never asked to sign anything else.
import { recoverTypedDataAddress, type Hex } from 'viem'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ChainSettings } from '../chain/chainSettings.ts'
import { startScene, type Scene } from '../../test/scene.ts'
import { serve } from '../../test/storage.ts'

type Server = Awaited<ReturnType<typeof serve>>

const WORKER = '0x1111111111111111111111111111111111111111'

let scene: Scene
let pool: Server
let directory: Server
let services: Partial<ChainSettings>
let taskid: Hex
let challenge: object
let streamed: readonly (string | Uint8Array)[]
let streamType: string
beforeAll(async () => {
  scene = await startScene()
  taskid = await scene.initialize(await scene.makeDeal())
  pool = await serve(async ({ url = '', headers }, response) => {
    const logs = { computeLogsList: [{ walletAddress: WORKER, stdout: 'hello\n', stderr: '' }] }
    const body = url.startsWith('/tasks/logs/challenge') ? challenge : url.endsWith('/logs') ? logs : TASK
    if (url.endsWith('/stream')) {
      if (headers.authorization !== undefined && !(await isRequester(headers.authorization))) response.writeHead(401)
      else response.writeHead(200, { 'content-type': streamType })
      for (const piece of streamed) response.write(piece)
      return void response.end()
    }
    const isAllowed = !url.endsWith('/logs') || (await isRequester(headers.authorization ?? ''))
    response
      .writeHead(isAllowed ? 200 : 401, { 'content-type': 'application/json' })
      .end(JSON.stringify(isAllowed ? body : { error: 'not the requester' }))
  })
  directory = await serve(async ({ url }, response) => {
    const isKnown = url === `/31337/workerpools/${scene.workerpool}`
    response
      .writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(isKnown ? { apiUrl: pool.url } : { ok: false, error: 'workerpool API URL not found' }))
  })
  services = { compassUrl: directory.url }
})
afterAll(async () => {
  await Promise.all([pool.stop(), directory.stop()])
  await scene.stop()
})
beforeEach(() => {
  challenge = CHALLENGE
  streamed = []
  streamType = 'text/event-stream'
})

const CHALLENGE = {
  domain: { name: 'iExec Core', version: '1', chainId: 31_337 },
  types: { Challenge: [{ name: 'challenge', type: 'string' }] },
  primaryType: 'Challenge',
  message: { challenge: 'abc' },
} as const

const TASK = {
  currentStatus: 'RUNNING',
  dateStatusList: [{ status: 'RECEIVED', date: '2026-01-01T00:00:00Z' }],
  replicates: [
    {
      walletAddress: WORKER,
      currentStatus: 'COMPUTE_FAILED',
      appExitCode: 1,
      statusUpdateList: [{ status: 'COMPUTE_FAILED', date: 1_700_000_000_000, cause: 'APP_COMPUTE_FAILED\u001B[31m' }],
    },
  ],
}

async function isRequester(authorization: string): Promise<boolean> {
  const [, signature, address] = authorization.split('_')
  const signer = await recoverTypedDataAddress({ ...CHALLENGE, signature: signature as Hex })
  return signer === address && signer === (await scene.user('requester')).context.signer?.address
}

test('the requester reads the logs of his task, after a login that the workerpool can verify', async () => {
  const alice = await scene.user('requester', services)

  expect(await alice.tasks.logs(taskid)).toEqual([{ worker: WORKER, stdout: 'hello\n', stderr: '' }])
})

test('nobody else is let to sign for them', async () => {
  const stranger = await scene.user('stranger', services)

  await expect(stranger.tasks.logs(taskid)).rejects.toMatchObject({ code: 'NotOwner' })
})

test.each([
  ['another domain', { domain: { ...CHALLENGE.domain, name: 'iExecODB' } }],
  ['another chain', { domain: { ...CHALLENGE.domain, chainId: 1 } }],
  ['a contract that verifies', { domain: { ...CHALLENGE.domain, verifyingContract: WORKER } }],
  ['another type', { types: { Challenge: [{ name: 'challenge', type: 'bytes32' }] } }],
  ['another primary type', { primaryType: 'RequestOrder' }],
  ['words that steer a terminal', { message: { challenge: '\u001B[2J' } }],
])('a challenge with %s is not signed', async (_, part) => {
  challenge = { ...CHALLENGE, ...part }
  const alice = await scene.user('requester', services)

  await expect(alice.tasks.logs(taskid)).rejects.toMatchObject({ code: 'BadAnswer' })
})

test('what the workerpool says of its workers is shown, without anything that steers a terminal', async () => {
  const anybody = await scene.user('stranger', services)

  expect(await anybody.tasks.offchain(taskid)).toEqual({
    status: 'RUNNING',
    history: [{ status: 'RECEIVED', date: '2026-01-01T00:00:00Z' }],
    replicates: [
      {
        worker: WORKER,
        status: 'COMPUTE_FAILED',
        exitCode: 1,
        history: [{ status: 'COMPUTE_FAILED', date: '2023-11-14T22:13:20.000Z', cause: 'APP_COMPUTE_FAILED [31m' }],
      },
    ],
  })
})

/** An event as servers send it. */
function eventOf(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

const LOG = { walletAddress: WORKER, stream: 'stdout', text: 'é\n' }

test('a task is listened to until its end, whatever pieces the events come in', async () => {
  const events = [eventOf('task', TASK), ': still there\n\n', eventOf('log', LOG), eventOf('end', {})]
  const bytes = Buffer.from(events.join(''))
  streamed = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, at) => bytes.subarray(at * 7, at * 7 + 7))
  const alice = await scene.user('requester', services)

  const heard = await collect(await alice.tasks.stream(taskid, { logs: true }))

  expect(heard).toMatchObject([
    { type: 'task', task: { status: 'RUNNING', replicates: [{ worker: WORKER, exitCode: 1 }] } },
    { type: 'log', worker: WORKER, stream: 'stdout', text: 'é\n' },
  ])
})

test('states are for everybody, and what the app writes for the requester alone', async () => {
  streamed = [eventOf('task', TASK)]
  const stranger = await scene.user('stranger', services)

  expect(await collect(await stranger.tasks.stream(taskid))).toHaveLength(1)
  await expect(stranger.tasks.stream(taskid, { logs: true })).rejects.toMatchObject({ code: 'NotOwner' })
})

test.each([
  ['no JSON', 'event: task\ndata: {\n\n'],
  ['another stream', eventOf('log', { ...LOG, stream: 'stdin' })],
  ['no end of an event', 'x'.repeat(5_000_000)],
])('a stream with %s is refused', async (_, said) => {
  streamed = [said]
  const anybody = await scene.user('stranger', services)

  const heard = collect(await anybody.tasks.stream(taskid))

  await expect(heard).rejects.toMatchObject({ code: 'BadAnswer' })
})

test('an answer that is no stream is refused', async () => {
  streamType = 'text/html'
  const anybody = await scene.user('stranger', services)

  await expect(anybody.tasks.stream(taskid)).rejects.toMatchObject({ code: 'BadAnswer' })
})

test('a workerpool without an API, and a chain without a directory, are said to be that', async () => {
  const none = await scene.user('requester')
  const empty = await serve(async (_, response) => {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"ok":false,"error":"not found"}')
  })
  const alone = await scene.user('requester', { compassUrl: empty.url })

  await expect(none.tasks.offchain(taskid)).rejects.toMatchObject({ code: 'NotConfigured' })
  await expect(alone.tasks.offchain(taskid)).rejects.toMatchObject({ code: 'NotFound' })
  await empty.stop()
})
