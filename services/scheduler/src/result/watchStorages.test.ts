// A pool hears when its storages come and go.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { watchStorages, type Storages } from './watchStorages.ts'

const [HUB, POOL] = [`0x${'1'.repeat(40)}`, `0x${'a'.repeat(40)}`] as const
const RESULTS = { chainId: 134, hub: HUB, workerpool: POOL }

type TestStorage = { readonly url: string; pools: readonly string[] | null }

/** A storage that takes results of these pools. */
async function serve(pools: TestStorage['pools']): Promise<TestStorage> {
  const storage = { url: '', pools }
  const server = createServer((_, response) => {
    response.end(JSON.stringify({ ok: true, chainId: 134, hub: HUB, pools: storage.pools }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  storage.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return storage
}

/** Watches until the test ends. */
function watch(said: string[], ...storages: readonly TestStorage[]): Storages {
  const stopping = new AbortController()
  onTestFinished(() => {
    stopping.abort()
  })
  return watchStorages({
    urls: storages.map(({ url }) => url),
    results: RESULTS,
    onChange: (url, trouble) => said.push(`${url} ${trouble === undefined ? 'is back' : 'is gone'}`),
    signal: stopping.signal,
    pauses: { first: 5, longest: 20 },
  })
}

async function nextTurn(storages: Storages): Promise<void> {
  await new Promise<void>((resolve) => storages.onTurn(resolve))
}

test('a storage that refuses the pool is trouble until it takes its results, and that is told once', async () => {
  const said: string[] = []
  const storage = await serve([HUB])
  const storages = watch(said, storage)
  await storages.seen

  const [trouble, turn] = [storages.trouble(), nextTurn(storages)]
  storage.pools = [POOL]
  await turn

  expect(trouble).toContain(`does not take results of the workerpool ${POOL}`)
  expect(storages.trouble()).toBeUndefined()
  expect(said).toEqual([`${storage.url} is gone`, `${storage.url} is back`])
})

test('while one of several storages takes results there is no trouble, and the other one is named', async () => {
  const said: string[] = []
  const [good, bad] = [await serve(null), await serve([])]
  const storages = watch(said, bad, good)
  await storages.seen

  const [alone, turn] = [storages.trouble(), nextTurn(storages)]
  good.pools = []
  await turn

  expect(alone).toBeUndefined()
  expect(storages.troubleOf(bad.url)).toContain('--pools')
  expect(storages.trouble()).toContain(good.url)
  expect(said).toEqual([`${bad.url} is gone`, `${good.url} is gone`])
})

test('a pool without storages has no trouble with them', async () => {
  const storages = watch([])

  await storages.seen

  expect(storages.trouble()).toBeUndefined()
})
