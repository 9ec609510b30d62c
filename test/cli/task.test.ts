// iexec task: one run, until its result is on this machine or its price is back.
import { existsSync, readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { waitForReceipt } from '@iexec/chain'
import { hubAbi } from '@iexec/protocol/abi'
import { readZip } from '@iexec/sdk'
import { serve, zipOf } from '@iexec/sdk/test/market'
import { writeContract } from 'viem/actions'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { REQUESTER, STRANGER, addressOf, type Shop } from '../sdk/shop.ts'
import { APP_PRICE, POOL_PRICE, openWorkshop, type Workshop } from './workshop.ts'

const PRICE = APP_PRICE + POOL_PRICE
const NO_HASH = `0x${'0'.repeat(64)}`

let workshop: Workshop
let shop: Shop
beforeAll(async () => {
  workshop = await openWorkshop()
  shop = workshop.shop
})
afterAll(async () => workshop.stop())

test('a task that nobody began is shown with the deal that it is of, and claimed by nothing but the deal', async () => {
  const { dealId, taskIds } = await shop.requester.run(shop.app)
  const [task = ''] = taskIds
  const desk = workshop.sit(STRANGER)

  const alone = await desk.iexec(['task', 'show', task])
  const shown = await desk.raw(['task', 'show', task, '--deal', dealId])
  const { out } = await desk.iexec(['task', 'show', task, '--deal', dealId])
  const claimed = await desk.iexec(['task', 'claim', task])

  expect(alone).toMatchObject({ exitCode: 1, errors: expect.stringContaining('name its deal') })
  expect(shown).toEqual({
    ok: true,
    claimable: false,
    task: {
      taskid: task,
      status: 0,
      statusName: 'UNSET',
      taskTimedOut: false,
      dealid: dealId,
      idx: '0',
      timeref: '300',
      contributionDeadline: expect.stringMatching(/^\d+$/u),
      revealDeadline: '0',
      finalDeadline: expect.stringMatching(/^\d+$/u),
      consensusValue: NO_HASH,
      revealCounter: '0',
      winnerCounter: '0',
      contributors: [],
      resultDigest: NO_HASH,
      results: { storage: 'none' },
      resultsCallback: '0x',
    },
  })
  expect(out).toMatch(/why +The workerpool has not begun it yet\./u)
  expect(out).toMatch(/next +in \d+ min \(\d{4}-/u)
  expect(out).toMatch(/votes +0 of 1 worker$/mu)
  expect(out).toContain(`13 nRLC of ${addressOf(REQUESTER)} is held`)
  expect(claimed).toMatchObject({ exitCode: 1, errors: expect.stringContaining('iexec deal claim') })
})

test('a task that was begun and not finished is claimed after its deadline, and its price comes back exactly', async () => {
  const before = await workshop.stakeOf(REQUESTER)
  const { dealId, taskIds } = await shop.requester.run(shop.app)
  const [task = ''] = taskIds
  const desk = workshop.sit(STRANGER)
  await begin(dealId)
  const early = await desk.iexec(['task', 'claim', task])
  await workshop.passDeadline()

  const shown = await desk.iexec(['task', 'show', task])
  const claimed = await desk.raw(['task', 'claim', task])
  const after = await desk.iexec(['task', 'show', task])

  expect(early).toMatchObject({ exitCode: 1, errors: expect.stringMatching(/cannot be claimed before \d{4}-/u) })
  expect(shown.out).toContain(`13 nRLC comes back to ${addressOf(REQUESTER)} with: iexec task claim ${task}`)
  expect(claimed).toEqual({ ok: true, txHash: expect.stringMatching(/^0x/u) })
  expect(after.out).toContain(`13 nRLC went back to ${addressOf(REQUESTER)}`)
  expect(await workshop.stakeOf(REQUESTER)).toBe(before)
})

/** What the workerpool does first. */
async function begin(dealId: `0x${string}`): Promise<void> {
  const { house } = shop
  const hash = await writeContract(house.owner, {
    address: house.addresses.hub,
    abi: hubAbi,
    functionName: 'initialize',
    args: [dealId, 0n],
  })
  await waitForReceipt(house.owner, hash)
}

test('a result is awaited, compared with what the workers agreed on, and written', async () => {
  const before = await workshop.stakeOf(REQUESTER)
  const { dealId, taskIds } = await shop.requester.run(shop.app)
  const [task = ''] = taskIds
  const desk = workshop.sit(STRANGER)
  const call = desk.person(['task', 'show', task, '--deal', dealId, '--watch', '--download', 'mine'])

  await call.sees('The workerpool has not begun it yet.')
  await workshop.work(dealId, 'forty-two')
  await call.sees('13 nRLC was paid: app 3 nRLC, workerpool 10 nRLC')
  await call.sees('the workers agreed on result.txt')
  const exitCode = await call.ended
  const again = await desk.iexec(['task', 'show', task, '--download', 'mine.zip'])
  const raw = await desk.raw(['task', 'show', task, '--download'])

  expect(exitCode).toBe(0)
  const [file] = readZip(readFileSync(join(desk.folder, 'mine.zip')))
  expect(new TextDecoder().decode(file?.read())).toBe('forty-two')
  expect(again).toMatchObject({ exitCode: 1, errors: expect.stringContaining('There is a file already') })
  expect(raw).toMatchObject({
    ok: true,
    claimable: false,
    resultPath: join(desk.folder, `${task}.zip`),
    task: {
      status: 3,
      statusName: 'COMPLETED',
      results: { storage: 'ipfs', location: expect.stringMatching(/^\/ipfs\//u) },
    },
  })
  expect(await workshop.stakeOf(REQUESTER)).toBe(before - PRICE)
})

test('what is not the result that the workers agreed on is not written', async () => {
  const { dealId } = await shop.requester.run(shop.app)
  const task = await workshop.work(dealId, 'true')
  const { storage } = workshop
  for (const cid of storage.files.keys()) storage.files.set(cid, zipOf({ 'result.txt': 'false' }))
  const desk = workshop.sit(REQUESTER)

  const { exitCode, errors } = await desk.iexec(['task', 'show', task, '--download', 'lie.zip'])

  expect(exitCode).toBe(1)
  expect(errors).toContain('is not what the workers of')
  expect(existsSync(join(desk.folder, 'lie.zip'))).toBe(false)
})

test('debug tells what the workerpool says, and what the app wrote only to the requester', async () => {
  const { dealId, taskIds } = await shop.requester.run(shop.app)
  const [task = ''] = taskIds
  const asked: string[] = []
  const pool = await serve(async ({ url = '', headers }, response) => {
    const path = url.split('?')[0] ?? ''
    asked.push(path)
    if (path.endsWith('/logs') && !/^0x\w+_0x\w+_0x\w+$/u.test(headers.authorization ?? ''))
      return void response.writeHead(401).end()
    const answer = answerOf(path)
    response
      .writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer ?? {}))
  })
  onTestFinished(pool.stop)
  const answerOf = (path: string): object | undefined => {
    if (path.includes('/workerpools/')) return { apiUrl: pool.url }
    if (path.endsWith('/challenge')) return challengeFor(shop.house.chain.chainId)
    if (path.endsWith('/logs'))
      return { computeLogsList: [{ walletAddress: addressOf(9), stdout: 'step\u001B[2J 1\n  2', stderr: '' }] }
    if (path !== `/tasks/${task}`) return undefined
    return runningTask('COMPUTING')
  }
  const keys = { compass: pool.url }

  const told = await workshop.sit(STRANGER, keys).raw(['task', 'debug', task, '--deal', dealId])
  const refused = await workshop.sit(STRANGER, keys).iexec(['task', 'debug', task, '--deal', dealId, '--logs'])
  const { exitCode, out } = await workshop
    .sit(REQUESTER, keys)
    .iexec(['task', 'debug', task, '--deal', dealId, '--logs'])

  expect(told).toMatchObject({
    ok: true,
    onchainData: { taskid: task, statusName: 'UNSET' },
    offchainData: {
      task: { status: 'RUNNING', statusHistory: [] },
      replicates: [{ worker: addressOf(9), status: 'COMPUTING', statusHistory: [] }],
    },
  })
  expect(refused).toMatchObject({ exitCode: 1, errors: expect.stringContaining('The logs are for the requester') })
  expect(exitCode).toBe(0)
  expect(out).toContain(`stdout of ${addressOf(9)}\n  step [2J 1\n    2`)
})

test('logs are followed line by line as they are written, until the task ends', async () => {
  const { dealId, taskIds } = await shop.requester.run(shop.app)
  const [task = ''] = taskIds
  const opened = Promise.withResolvers<ServerResponse>()
  const pool = await serve(async ({ url = '', headers }, response) => {
    if (url.includes('/stream') && /^0x\w+_0x\w+_0x\w+$/u.test(headers.authorization ?? '')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      opened.resolve(response)
      return
    }
    const answer = url.includes('/workerpools/') ? { apiUrl: pool.url } : challengeFor(shop.house.chain.chainId)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  onTestFinished(pool.stop)
  const reader = workshop.sit(REQUESTER, { compass: pool.url }).person(['task', 'logs', task, '--deal', dealId, '-f'])
  const stream = await opened.promise
  const write = (text: string): void => {
    const log = { walletAddress: addressOf(9), stream: 'stdout', text }
    stream.write(`event: log\ndata: ${JSON.stringify(log)}\n\n`)
  }

  write('step 1\nst')
  await reader.sees(`${addressOf(9)} stdout  step 1`)
  write('ep\u001B[2J 2\nthe end')
  await reader.sees(`${addressOf(9)} stdout  step [2J 2`)
  stream.end('event: end\ndata: {"status":"completed"}\n\n')
  await reader.sees(`${addressOf(9)} stdout  the end`)

  expect(await reader.ended).toBe(0)
})

test('whoever looks at a task sees what its workers do, and whoever watches it each change of that', async () => {
  const { dealId, taskIds } = await shop.requester.run(shop.app)
  const [task = ''] = taskIds
  const opened = Promise.withResolvers<ServerResponse>()
  const pool = await serve(async ({ url = '' }, response) => {
    if (url.endsWith('/stream')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      return opened.resolve(response)
    }
    const answer = url.includes('/workerpools/') ? { apiUrl: pool.url } : runningTask('APP_DOWNLOADING')
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  onTestFinished(pool.stop)
  const desk = workshop.sit(STRANGER, { compass: pool.url })

  const { out } = await desk.iexec(['task', 'show', task, '--deal', dealId])
  const watcher = desk.person(['task', 'show', task, '--deal', dealId, '--watch'])
  const stream = await opened.promise
  for (const [state, said] of [
    ['COMPUTING', '1 computing'],
    ['RESULT_UPLOADING', '1 bringing the result'],
  ] as const) {
    stream.write(`event: task\ndata: ${JSON.stringify(runningTask(state))}\n\n`)
    await watcher.sees(said)
  }
  await workshop.work(dealId, 'forty-two')

  expect(out).toMatch(/workers +1 fetching the app$/mu)
  expect(await watcher.ended).toBe(0)
})

/** What a workerpool says of a task with one worker. */
function runningTask(currentStatus: string): object {
  const replicates = [{ walletAddress: addressOf(9), currentStatus, statusUpdateList: [] }]
  return { currentStatus: 'RUNNING', dateStatusList: [], replicates }
}

/** What a workerpool gives to sign before it shows logs. */
function challengeFor(chainId: number): object {
  const types = {
    EIP712Domain: [
      { name: 'name', type: 'string' },
      { name: 'version', type: 'string' },
      { name: 'chainId', type: 'uint256' },
    ],
    Challenge: [{ name: 'challenge', type: 'string' }],
  }
  const message = { challenge: 'Sign this message to log into iExec Core: 7' }
  return { data: { domain: { name: 'iExec Core', version: '1', chainId }, types, primaryType: 'Challenge', message } }
}

test('a pool that tells nobody where its API is does not keep the chain from being shown', async () => {
  const { dealId, taskIds } = await shop.requester.run(shop.app)

  const { exitCode, out } = await workshop.sit(STRANGER).iexec(['task', 'debug', taskIds[0] ?? '', '--deal', dealId])

  expect(exitCode).toBe(0)
  expect(out).toContain('The workerpool says nothing')
})

test('Ctrl-C leaves a task that is watched, and says how to come back', async () => {
  const { dealId, taskIds } = await shop.requester.run(shop.app)
  const call = workshop.sit(STRANGER).person(['task', 'show', taskIds[0] ?? '', '--deal', dealId, '--watch'])

  await call.sees('The workerpool has not begun it yet.')
  call.presses('\u0003')
  await call.sees('--watch comes back to it.')

  expect(await call.ended).toBe(130)
})

test.each<{ line: readonly string[]; says: string; code?: number }>([
  { line: ['show', '0x12'], says: '0x12', code: 2 },
  { line: ['show', 'TASK', '--deal', '0x12'], says: '0x12', code: 2 },
  { line: ['show', 'TASK', '--download', 'no/such/file.zip'], says: 'There is no folder' },
  { line: ['show', 'TASK', '--decrypt'], says: 'There is no key for results in' },
  { line: ['show', 'TASK'], says: 'nobody has begun it yet' },
  { line: ['claim', 'TASK'], says: 'There is no task' },
])('task $line is refused: $says', async ({ line, says, code = 1 }) => {
  const words = line.map((word) => (word === 'TASK' ? `0x${'ab'.repeat(32)}` : word))

  const { exitCode, out, errors } = await workshop.sit(REQUESTER).iexec(['task', ...words])

  expect(exitCode).toBe(code)
  expect(errors).toContain(says)
  expect(out).toBe('')
})
