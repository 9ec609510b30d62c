// Apps, datasets and workerpools on a real chain: registered, found, given away, and what is refused before anything is signed.
import { accountOf } from '@iexec/chain/test/anvil'
import { getAddress, zeroAddress } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSdkMarket, type SdkMarket } from '../../test/market.ts'
import type { Iexec } from '../createIexec.ts'

const CHECKSUM = `0x${'ab'.repeat(32)}` as const
const [alice, bob] = [accountOf(1).address, accountOf(2).address]

let market: SdkMarket
let iexec: Iexec
beforeAll(async () => {
  market = await startSdkMarket()
  iexec = await market.user(1)
})
afterAll(async () => {
  await market.stop()
})

test('an app is registered where it was predicted, and shows what was written', async () => {
  const app = { name: 'blender', multiaddr: 'docker.io/me/blender:1.0', checksum: CHECKSUM }

  const predicted = await iexec.apps.predict(app)
  const { address } = await iexec.apps.deploy(app)

  expect(address).toBe(predicted)
  expect(await iexec.apps.show(address)).toMatchObject({ ...app, owner: alice, type: 'DOCKER', mrenclave: '0x' })
  expect(await iexec.apps.isDeployed(address)).toBe(true)
  expect(await iexec.datasets.isDeployed(address)).toBe(false)
})

test('the same app of the same owner cannot be registered twice, and the error says where the first one is', async () => {
  const app = { name: 'twice', multiaddr: 'docker.io/me/twice:1', checksum: CHECKSUM }
  const { address } = await iexec.apps.deploy(app)

  await expect(iexec.apps.deploy(app)).rejects.toMatchObject({ code: 'AlreadyExists', details: { address } })
})

test.each([
  { name: '', multiaddr: 'a', checksum: CHECKSUM },
  { name: 'a', multiaddr: ' ', checksum: CHECKSUM },
  { name: 'a', multiaddr: 'a', checksum: '0x12' },
  { name: 'a', multiaddr: 'a', checksum: `0x${'0'.repeat(64)}` },
] as const)('an app that nobody could run is not registered: %j', async (app) => {
  await expect(iexec.apps.deploy(app)).rejects.toMatchObject({ code: 'InvalidInput' })
})

test('a dataset is registered, with an address of IPFS in its binary form, and shows what was written', async () => {
  const dataset = {
    name: 'weather',
    multiaddr: '/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ',
    checksum: CHECKSUM,
  }

  const { address } = await iexec.datasets.deploy(dataset)

  expect(await iexec.datasets.show(address)).toMatchObject({ ...dataset, owner: alice })
})

test('the owner of a workerpool changes its policy, and nobody else does', async () => {
  const { address } = await iexec.workerpools.deploy({ description: 'GPUs in the north' })
  const other = await market.user(2)
  const policy = { workerStakeRatio: 40n, schedulerRewardRatio: 7n }

  await expect(other.workerpools.changePolicy(address, policy)).rejects.toMatchObject({ code: 'NotOwner' })
  await expect(
    iexec.workerpools.changePolicy(address, { ...policy, schedulerRewardRatio: 101n }),
  ).rejects.toMatchObject({
    code: 'InvalidInput',
  })
  await iexec.workerpools.changePolicy(address, policy)

  expect(await iexec.workerpools.show(address)).toMatchObject({ description: 'GPUs in the north', ...policy })
})

test('nothing is registered for, or given to, the address of zeros or a contract of the market', async () => {
  const { address } = await iexec.workerpools.deploy({ description: 'kept' })
  const code = { name: 'lost', multiaddr: 'docker.io/me/lost:1', checksum: CHECKSUM }
  const refused = { code: 'InvalidInput', message: `${zeroAddress} belongs to nobody.` }

  await expect(iexec.apps.deploy({ ...code, owner: zeroAddress })).rejects.toMatchObject(refused)
  await expect(iexec.datasets.deploy({ ...code, owner: zeroAddress })).rejects.toMatchObject(refused)
  await expect(iexec.workerpools.deploy({ description: 'lost', owner: zeroAddress })).rejects.toMatchObject(refused)
  await expect(iexec.workerpools.transfer(address, zeroAddress)).rejects.toMatchObject(refused)
  const { hub } = iexec.context.contracts
  const message = `${getAddress(hub)} is a contract of the market (hub), and nobody's account.`
  await expect(iexec.workerpools.transfer(address, hub)).rejects.toMatchObject({ code: 'InvalidInput', message })
  await expect(iexec.apps.deploy({ ...code, owner: hub })).rejects.toMatchObject({ code: 'InvalidInput', message })
})

test('an asset goes to another owner, and is counted and found there', async () => {
  const { address } = await iexec.apps.deploy({ name: 'gift', multiaddr: 'docker.io/me/gift:1', checksum: CHECKSUM })
  const before = await iexec.apps.count(bob)

  await iexec.apps.transfer(address, bob)

  expect(await iexec.apps.count(bob)).toBe(before + 1n)
  expect(await iexec.apps.addressOfUser(bob, before)).toBe(address)
  await expect(iexec.apps.transfer(address, bob)).rejects.toMatchObject({ code: 'NotOwner', details: { owner: bob } })
  await expect(iexec.apps.addressOfUser(bob, before + 1n)).rejects.toMatchObject({ code: 'NotFound' })
})

test('what is not there is not found, and what is no address is said to be none', async () => {
  await expect(iexec.apps.show(alice)).rejects.toMatchObject({
    code: 'NotFound',
    message: `There is not an app at ${alice} on test.`,
  })
  await expect(iexec.apps.show('0x12')).rejects.toMatchObject({ code: 'InvalidInput' })
})
