// Chains are known by the names that the command gives them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { findChain } from './chain.ts'

const HUB = `0x${'ab'.repeat(20)}`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iexec-chain-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
})

function write(content: unknown): void {
  writeFileSync(join(folder, 'chain.json'), JSON.stringify(content))
}

test('a chain of chain.json is found by its name, its id, or as the default', async () => {
  write({
    default: 'mine',
    chains: { mine: { id: '31337', host: 'http://127.0.0.1:8545', hub: HUB, iexecGateway: 'http://market' } },
  })
  const mine = { rpcUrls: ['http://127.0.0.1:8545'], hub: HUB, marketUrl: 'http://market' }

  expect(await findChain('mine', folder)).toEqual(mine)
  expect(await findChain('31337', folder)).toEqual(mine)
  expect(await findChain(undefined, folder)).toEqual(mine)
})

test('of a chain that everybody knows, chain.json may say another node alone', async () => {
  write({ chains: { 'arbitrum-mainnet': { host: 'https://node.example' } } })

  const { rpcUrls, hub } = await findChain('arbitrum-mainnet', folder)

  expect(rpcUrls).toEqual(['https://node.example'])
  expect(hub).toMatch(/^0x[\da-fA-F]{40}$/u)
})

test('a name that nobody knows is refused with those that are known', async () => {
  await expect(findChain('mars', folder)).rejects.toThrow(/No chain "mars" is known: known are arbitrum-mainnet/u)
})

test('a network of this machine is found by its name, with its pool, and without a name where nothing else is said', async () => {
  const home = process.env['HOME']
  process.env['HOME'] = folder
  onTestFinished(() => {
    process.env['HOME'] = home
  })
  const network = { rpcUrl: 'http://127.0.0.1:8545', wsUrl: 'ws://127.0.0.1:8545', marketUrl: 'http://127.0.0.1:8546' }
  const elsewhere = await findChain(undefined, folder)
  mkdirSync(join(folder, '.iexec/networks/local'), { recursive: true })
  const path = join(folder, '.iexec/networks/local/network.json')
  writeFileSync(path, JSON.stringify({ ...network, hub: HUB, workerpool: HUB, accounts: [] }))
  const { rpcUrl, ...rest } = network
  const found = { rpcUrls: [rpcUrl], ...rest, hub: HUB, workerpool: HUB }

  expect(elsewhere).toMatchObject({ rpcUrls: [] })
  expect(await findChain('local', folder)).toEqual(found)
  expect(await findChain(undefined, folder)).toEqual(found)
  writeFileSync(path, '{}')
  await expect(findChain('local', folder)).rejects.toThrow('iexec network stop and start write it anew')
})
