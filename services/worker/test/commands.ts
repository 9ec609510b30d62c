// Tests of what a worker tells people and programs by its commands. `process.test.ts` runs them.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '@iexec/service/test/process'
import { expect, onTestFinished, test } from 'vitest'
import { addressOf, buy, hear, hire, offer, run, scheduler, shop, storage } from './hiring.ts'
import { prepareWorker } from './process.ts'

test('a doctor finds all that is ready, and names what is missing with what to do', async () => {
  const worker = hire(1)
  const beggar = hire(4)

  const [well, poor] = [await worker.call('doctor'), await beggar.call('doctor', '--scheduler', 'http://127.0.0.1:1')]

  expect(well.said).toMatch(/✓ wasm .* ran in \d+ ms/u)
  expect(well.said).toMatch(/✓ scheduler .* answers/u)
  expect(well.code).toBe(0)
  expect(poor.said).toMatch(/! stake .*\n.*iexec account deposit/u)
  expect(poor.said).toContain('✗ scheduler')
  expect(poor.code).toBe(1)
})

test('a doctor names a storage that refuses the pool, an address of another service, and one that is no pool', async () => {
  const worker = hire(1)
  const { workerpool, hub } = shop
  storage.setPools([hub])
  onTestFinished(() => {
    storage.setPools(null)
  })

  const refused = await worker.call('doctor')
  const [other, poolless, hubless] = await Promise.all([
    worker.call('doctor', '--scheduler', storage.url),
    worker.call('doctor', '--pool', hub),
    worker.call('doctor', '--hub', workerpool),
  ])

  expect(refused.said).toContain(
    `✗ storage      The storage ${storage.url} does not take results of the workerpool ${workerpool}: let its owner add`,
  )
  expect(refused.code).toBe(1)
  expect(other.said).toContain(`✗ scheduler    There is no scheduler at ${storage.url} (404): look at --scheduler`)
  expect(poolless.said).toContain(`✗ workerpool   The contract at ${hub} is no workerpool of the hub ${hub}: look at`)
  expect(hubless.said).toContain(`✗ workerpool   The contract at ${workerpool} is no hub of a market`)
})

test('without coins nothing can be voted for: that is in the way of a worker, and told in ether', async () => {
  const worker = hire(1)
  const keyFile = join(worker.folder, 'poor.key')
  writeFileSync(keyFile, `0x${'7'.repeat(64)}`, { mode: 0o600 })

  const { code, said } = await worker.call('doctor', '--key-file', keyFile)

  expect(said).toMatch(/✗ coins .*0 ether for gas\.\n.* may cost 0\.\d+ ether, .*send some coins/u)
  expect(code).toBe(1)
})

test('a second worker in one folder is refused, and told how the first one is ended', async () => {
  const worker = hire(1)
  await run(worker)

  const second = await worker.call('start')

  expect(second.code).toBe(1)
  expect(second.said).toMatch(/Another worker runs in .*data: iexec worker drain ends it in order/u)
})

test('a beginner without stake is told how to bring some, and is let in all the same', async () => {
  const running = await run(hire(5))
  await scheduler.guest(addressOf(5))

  const [health, metrics, page] = await Promise.all([
    fetch(`${running.url}/health`),
    fetch(`${running.url}/metrics`),
    fetch(running.url, { headers: { accept: 'text/html' } }),
  ])

  await until(
    async () => Promise.resolve(running.said()),
    (said) => said.includes('iexec account deposit'),
  )
  // However quickly the scheduler answered.
  expect(running.said()).toContain('The scheduler has this worker.')
  expect(health.status).toBe(200)
  expect(await metrics.text()).toContain('iexec_worker_connected 1')
  expect(await page.text()).toContain(addressOf(5))
})

test('the status of a worker tells whether it runs, what it did and what it earned', async () => {
  const worker = hire(2)
  const running = await run(worker)
  const deal = await buy(1n)
  const task = await offer(2, { deal, path: 'finalize' })
  await hear(2, task, 'done')
  await until(
    async () => worker.call('earnings'),
    ({ said }) => said.includes('Earned 0.99 RLC with 1 task,'),
  )

  const awake = await worker.call('status')
  await running.stop()
  const asleep = await worker.call('status')

  expect(awake.code).toBe(0)
  expect(awake.said).toContain('scheduler  connected')
  expect(awake.said).toMatch(/stake\s+[\d.]+ RLC locked, [\d.]+ RLC free/u)
  expect(awake.said).toContain(`${task.slice(0, 10)}…  done`)
  expect(asleep.code).toBe(1)
  expect(asleep.said).toContain('No worker runs in')
})

test('a worker that is drained by another command ends in order', async () => {
  const worker = hire(1)
  const running = await run(worker)

  const drained = await worker.call('drain')
  const again = await worker.call('drain')

  expect(drained).toEqual({ code: 0, said: expect.stringContaining('It has ended.') })
  expect(await running.ended).toBe(0)
  expect(again).toEqual({ code: 1, said: expect.stringMatching(/^No worker runs in .*data\.\n$/u) })
})

test('programs get one JSON document from every command, which says whether it is all right, and nothing beside it', async () => {
  const worker = hire(1)
  const running = await run(worker)
  await scheduler.guest(addressOf(1))
  const ask = async (command: string, ...args: readonly string[]): Promise<unknown> => {
    const { code, said } = await worker.call(command, '--json', ...args)
    return { code, ...(JSON.parse(said) as object) }
  }

  const well = [await ask('status'), await ask('earnings'), await ask('doctor'), await ask('drain')]
  await running.ended
  const gone = [await ask('status'), await ask('drain', '--quiet'), await ask('start', '--key-file', '/nowhere')]

  expect(well).toMatchObject([
    { code: 0, ok: true, running: { worker: addressOf(1) }, health: { ok: true } },
    { code: 0, ok: true, tasks: expect.any(Number) as number },
    { code: 0, ok: true, findings: expect.any(Array) as unknown[] },
    { code: 0, ok: true, worker: addressOf(1), finished: 0 },
  ])
  expect(gone).toMatchObject([
    { code: 1, ok: false, fail: [expect.stringContaining('No worker runs in')] },
    { code: 1, ok: false, command: 'iexec worker drain', error: { code: 'Failed', hints: [] } },
    {
      code: 1,
      ok: false,
      command: 'iexec worker start',
      error: { message: expect.stringContaining('/nowhere cannot be read') as string },
    },
  ])
})

test('all settings are explained', async () => {
  const worker = hire(0)

  const all = await Promise.all(
    ['start', 'doctor', 'status', 'earnings', 'drain'].map(async (name) => worker.call(name, '--help')),
  )

  for (const { code, said } of all) {
    expect(code).toBe(0)
    expect(said).toContain('--data-dir <folder>')
    expect(said).toMatch(/\nExamples:\n/u)
  }
  expect(all.map(({ said }) => said.includes('--places'))).toEqual([true, true, false, false, false])
})

test('what cannot be is said in one sentence', async () => {
  const worker = hire(3)
  const nobody = `0x${'12'.repeat(20)}`

  const { url, hub: address, workerpool } = shop
  const lonely = prepareWorker({ rpcUrl: url, hub: address, workerpool, key: shop.workerKey(3) })
  onTestFinished(lonely.clear)

  const [typed, pool, key, hub, file, alone] = await Promise.all([
    worker.call('status', '--places', 'many'),
    worker.call('start', '--pool', nobody),
    worker.call('start', '--key-file', '/nowhere'),
    worker.call('start', '--hub', nobody),
    worker.call('start', '--data-dir', join(worker.folder, 'key')),
    lonely.call('start'),
  ])

  expect(typed).toEqual({ code: 2, said: expect.stringContaining('It is not a whole number from 1 to 1000.') })
  expect(pool).toEqual({ code: 1, said: expect.stringContaining(`There is no workerpool at ${nobody} on this chain`) })
  expect(key).toEqual({ code: 1, said: expect.stringContaining('/nowhere cannot be read') })
  expect(hub).toEqual({ code: 1, said: expect.stringContaining(`There is no contract at ${nobody} on this chain`) })
  expect(file).toEqual({
    code: 1,
    said: expect.stringMatching(/cannot be the folder of a worker: a file has this name/u),
  })
  expect(alone).toEqual({ code: 2, said: expect.stringContaining('give --market, where its owner has told it') })
})
