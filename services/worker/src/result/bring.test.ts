// Results on their way to a storage that is really there, and has little room.
import { readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accountOf } from '@iexec/chain/test/anvil'
import type { Place } from '@iexec/wire/work'
import type { Hex } from 'viem'
import { expect, onTestFinished, test } from 'vitest'
import { bringResult, MOST_DELIVERIES, type BringOptions } from './bring.ts'
import { openTurns } from './turns.ts'

const CID = 'QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n'

/** A storage that takes everything in, and leaves the answer to this. */
async function openStorage(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      answer(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function store(response: ServerResponse): void {
  response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ cid: CID, isPublic: false }))
}

async function openCourier(...storages: readonly string[]): Promise<(index: number) => Promise<string | undefined>> {
  const folder = await mkdtemp(join(tmpdir(), 'bring-'))
  const ending = new AbortController()
  onTestFinished(async () => {
    ending.abort()
    await rm(folder, { recursive: true })
  })
  const file = join(folder, 'result.zip')
  await writeFile(file, 'bytes')
  const options: BringOptions = {
    account: accountOf(1),
    chainId: 31_337,
    now: Date.now,
    timeoutMs: 10_000,
    storages: () => storages,
    turns: openTurns(MOST_DELIVERIES),
    isOver: () => false,
    onTrouble: () => undefined,
    signal: ending.signal,
  }
  return async (index) => bringResult({ place: placeOf(index), digest: hex(32, 7), file }, options)
}

function placeOf(index: number): Place {
  return {
    taskId: hex(32, index),
    dealId: hex(32, 1),
    index,
    path: 'finalize',
    enclaveChallenge: hex(20, 0),
    authorization: hex(65, 2),
    wantedUntil: 0,
  }
}

function hex(bytes: number, value: number): Hex {
  return `0x${value.toString(16).padStart(2, '0').repeat(bytes)}`
}

test('a worker brings a few results at a time, however many it has', async () => {
  const held: ServerResponse[] = []
  let most = 0
  const bring = await openCourier(
    await openStorage((response) => {
      held.push(response)
      most = Math.max(most, held.length)
      // Nobody is let go before as many are there as may be.
      if (held.length === MOST_DELIVERIES) for (const one of held.splice(0)) store(one)
    }),
  )

  const cids = await Promise.all(Array.from({ length: 2 * MOST_DELIVERIES }, async (_, index) => bring(index)))

  expect(cids).toEqual(cids.map(() => CID))
  expect(most).toBe(MOST_DELIVERIES)
})

test('a storage that is busy is asked again when it says, and not later and later', async () => {
  let refusals = 0
  const bring = await openCourier(
    await openStorage((response) => {
      refusals += 1
      // With pauses that double, as for one that is gone, this would take minutes.
      if (refusals <= 9) response.writeHead(503, { 'retry-after': '0' }).end('busy')
      else store(response)
    }),
  )

  expect(await bring(1)).toBe(CID)
})

test('a storage that never answers holds up as many results as it may take at a time, and no others', async () => {
  const bring = await openCourier(await openStorage(() => undefined), await openStorage(store))

  const results = Array.from({ length: 3 * MOST_DELIVERIES }, async (_, index) => bring(index))

  const others = await Promise.all(results.slice(MOST_DELIVERIES))
  expect(others).toEqual(others.map(() => CID))
})

function countOpenFiles(): number {
  return readdirSync('/proc/self/fd').length
}

test('an address that is none leaves no file open', async () => {
  const bring = await openCourier('ftp://storage.example', await openStorage(store))
  await bring(0)
  const before = countOpenFiles()

  for (let index = 1; index <= 10; index += 1) await bring(index)

  expect(countOpenFiles()).toBeLessThan(before + 5)
})
