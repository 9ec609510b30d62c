// The whole house at work: an app is sold and bought by the command, three workers agree, and everybody is paid.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { accountOf } from '@iexec/chain/test/anvil'
import { APP_OWNER, REQUESTER, startNetwork, type Network } from '@iexec/network'
import { newWorkersNeeded } from '@iexec/protocol'
import { readZip } from '@iexec/sdk'
import { sha256, type Hex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deskOf } from '../desk.ts'
import { changeOf, readBalances, shareOut } from './balances.ts'
import { echoModule } from './echo.ts'

const APP_PRICE = 7n
const POOL_PRICE = 1_000n
const TRUST = 8n

let network: Network
beforeAll(async () => {
  network = await startNetwork({ workers: 3, price: POOL_PRICE })
})
afterAll(async () => network.stop())

/** Puts bytes into the storage, as an app's owner does. */
async function store(content: Uint8Array<ArrayBuffer>): Promise<string> {
  const form = new FormData()
  form.append('file', new Blob([content]), 'app.wasm')
  const answer = await fetch(`${network.services.storage.url}/api/v0/add`, { method: 'POST', body: form })
  const { Hash } = (await answer.json()) as { readonly Hash: string }
  return Hash
}

/** Deploys and sells the app by the command, and returns its address. */
async function sellApp(): Promise<string> {
  const module = await echoModule()
  const desk = deskOf(APP_OWNER, network.chain)
  desk.write('iexec.json', {
    app: {
      owner: accountOf(APP_OWNER).address,
      name: 'echo',
      type: 'WASM',
      multiaddr: `/ipfs/${await store(module)}`,
      checksum: sha256(module),
      price: APP_PRICE.toString(),
    },
  })
  const { address } = await desk.raw(['app', 'deploy'])
  return String(address)
}

test('a WASM app is sold and bought by the command: three new workers agree, and everybody is paid to the last nRLC', async () => {
  const app = await sellApp()
  const before = await readBalances(network)
  const desk = deskOf(REQUESTER, network.chain)

  const line = ['app', 'run', app, '--args', 'forty-two', '--trust', String(TRUST), '--force', '--json']
  const called = await desk.iexec([...line, '--download', 'result.zip'])

  expect(called).toMatchObject({ exitCode: 0, errors: '' })
  const files = readZip(readFileSync(join(desk.folder, 'result.zip')))
  const result = files.find(({ name }) => name === 'result.txt')
  expect(new TextDecoder().decode(result?.read())).toBe('forty-two')
  expect(new TextDecoder().decode(files.find(({ name }) => name === 'stdout.txt')?.read())).toBe('written\n')

  const { taskIds } = JSON.parse(called.out) as { readonly taskIds: readonly Hex[] }
  const task = await (await network.user(REQUESTER)).tasks.show(taskIds[0] ?? '0x')
  expect(newWorkersNeeded(TRUST)).toBe(3)
  expect(task.contributions.map(({ status }) => status)).toEqual(['proved', 'proved', 'proved'])
  expect(changeOf(before, await readBalances(network))).toEqual(shareOut(task))
})
