// The chains of a project, and the one that runs on this machine: what is wrong with one stops nobody on another.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { KNOWN_CHAINS } from '@iexec/sdk'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findChain, listChains } from './chainFile.ts'
import { requireFaucet } from './networkFile.ts'

const HUB = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf'
const NETWORK = { chainId: 65_535, hub: HUB, rpcUrl: 'http://127.0.0.1:8545', marketUrl: 'http://127.0.0.1:3000' }
const MINE = { id: '7', host: 'http://127.0.0.1:7', hub: HUB }

let root: string
let folder: string
let networkFile: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'iexec-chains-'))
  folder = join(root, 'project')
  networkFile = join(root, '.iexec/networks/local/network.json')
  for (const place of [folder, dirname(networkFile)]) mkdirSync(place, { recursive: true })
  vi.stubEnv('HOME', root)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true, force: true })
})

test('the network of this machine is taken when no chain is named, and listed', async () => {
  writeFileSync(networkFile, JSON.stringify(NETWORK))

  const { name, chainId, hub, rpcUrls, marketUrl } = await findChain(folder, undefined)

  expect({ name, chainId, hub, rpcUrl: rpcUrls?.[0], marketUrl }).toEqual({ name: 'local', ...NETWORK })
  expect(await listChains(folder)).toContain('local')
})

test.each([
  { content: '{"chainId": 655', says: 'network.json is not JSON' },
  { content: '[]', says: 'network.json is [], and must be an object' },
  { content: JSON.stringify({ ...NETWORK, chainId: 'x' }), says: 'network.json: chainId is "x", and must be the id' },
  { content: JSON.stringify({ ...NETWORK, chainId: undefined }), says: 'network.json: chainId is missing' },
  {
    content: JSON.stringify({ ...NETWORK, hub: '0x12' }),
    says: 'network.json: hub is "0x12", and must be an address',
  },
  {
    content: JSON.stringify({ ...NETWORK, rpcUrl: '8545' }),
    says: 'network.json: rpcUrl is "8545", and must be a URL',
  },
  { content: JSON.stringify({ ...NETWORK, marketUrl: 3000 }), says: 'network.json: marketUrl is 3000' },
])('a network file $content stops only who means this network, with file and fault', async ({ content, says }) => {
  writeFileSync(networkFile, content)
  writeFileSync(join(folder, 'chain.json'), JSON.stringify({ chains: { mine: MINE } }))

  const meant = await Promise.allSettled(['local', undefined].map(async (name) => findChain(folder, name)))

  const failed = { status: 'rejected', reason: { code: 'BadFile', message: expect.stringContaining(says) as string } }
  expect(meant).toMatchObject([failed, failed])
  expect(await findChain(folder, 'mine')).toMatchObject({ chainId: 7, hub: HUB, rpcUrls: [MINE.host] })
  expect(await findChain(folder, KNOWN_CHAINS[0]?.name)).toMatchObject({ chainId: KNOWN_CHAINS[0]?.chainId })
  await expect(findChain(folder, 'mars')).rejects.toMatchObject({ code: 'MissingFile' })
  expect(await listChains(folder)).not.toContain('local')
})

test('a chain of chain.json is found by its id, as long as no other one there has it', async () => {
  const path = join(folder, 'chain.json')
  writeFileSync(path, JSON.stringify({ chains: { mine: MINE, other: { ...MINE, id: 8 } } }))
  const [mine, other] = [await findChain(folder, '7'), await findChain(folder, '8')]
  writeFileSync(path, JSON.stringify({ chains: { mine: MINE, other: MINE } }))

  expect([mine.name, other.name]).toEqual(['mine', 'other'])
  await expect(findChain(folder, '7')).rejects.toThrow('Missing "7" chain')
})

test('a second network of this machine is a chain by its name, and a name that leads elsewhere is none', async () => {
  const second = join(root, '.iexec/networks/second')
  mkdirSync(second)
  writeFileSync(join(second, 'network.json'), JSON.stringify({ ...NETWORK, rpcUrl: 'http://127.0.0.1:9' }))
  writeFileSync(join(root, '.iexec/network.json'), JSON.stringify(NETWORK))

  expect(await findChain(folder, 'second')).toMatchObject({ name: 'second', rpcUrls: ['http://127.0.0.1:9'] })
  expect(await listChains(folder)).toContain('second')
  await expect(findChain(folder, '../../.iexec')).rejects.toMatchObject({ code: 'MissingFile' })
  await expect(findChain(folder, '..')).rejects.toMatchObject({ code: 'MissingFile' })
})

test('the faucet of a network has the key that its file names; another chain has none', async () => {
  const key = `0x${'1'.repeat(64)}`
  const accounts = [{ role: 'requester' }, { role: 'faucet', privateKey: key }]
  writeFileSync(networkFile, JSON.stringify({ ...NETWORK, accounts }))
  writeFileSync(
    join(folder, 'chain.json'),
    JSON.stringify({ chains: { mine: MINE, same: { id: '65535', hub: HUB, host: NETWORK.rpcUrl } } }),
  )

  expect(await requireFaucet(await findChain(folder, 'local'))).toBe(key)
  expect(await requireFaucet(await findChain(folder, 'same'))).toBe(key)
  await expect(requireFaucet(await findChain(folder, 'mine'))).rejects.toMatchObject({
    code: 'Failed',
    message: 'The chain mine has no faucet: only networks of this machine have one.',
  })
  writeFileSync(networkFile, JSON.stringify({ ...NETWORK, accounts: [] }))
  await expect(requireFaucet(await findChain(folder, 'local'))).rejects.toMatchObject({ code: 'BadFile' })
})
