// The ground of a network is laid once: what people have spent since stays spent.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createIexec, type Iexec } from '@iexec/sdk'
import { parseEther } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import { openFolder, planOf, startChain } from '../chain/scene.ts'
import { openAccounts, type Role } from '../folder/accounts.ts'
import { layGround } from './ground.ts'

test('who has nothing any more gets nothing at the next start, and a worker who is new gets his share', async () => {
  const folder = openFolder()
  mkdirSync(join(folder, 'chain'))
  const plan = await planOf(join(folder, 'chain'))
  const { chain } = await startChain(plan)
  const [accounts, more] = [openAccounts(folder, 1), openAccounts(folder, 2)]
  const { addresses, workerpool } = await layGround(chain, accounts)
  const userOf = async (role: Role): Promise<Iexec> =>
    createIexec({
      chain: { name: 'local', chainId: chain.chainId, hub: addresses.hub, rpcUrls: [chain.rpcUrl] },
      account: privateKeyToAccount(more.find((account) => account.role === role)?.privateKey ?? '0x'),
      pollingMs: 20,
    })
  const addressOf = (role: Role): `0x${string}` => more.find((account) => account.role === role)?.address ?? '0x'
  const haveOf = async (role: Role): Promise<unknown> => {
    const { account, wallet } = await userOf(role)
    return { ...(await account.show(addressOf(role))), ...(await wallet.show(addressOf(role))) }
  }
  const requester = await userOf('requester')
  await chain.hurry(async () => {
    await requester.account.withdraw(1_000n * 1_000_000_000n)
    await requester.wallet.sendCoins({ to: addressOf('faucet'), amount: parseEther('999.9') })
  })
  const roles = ['faucet', 'app-owner', 'requester', 'pool-owner', 'keeper', 'worker-1'] as const
  const before = await Promise.all(roles.map(haveOf))
  const newcomer = await haveOf('worker-2')

  await chain.stop()
  const { chain: again } = await startChain(plan)
  const same = await layGround(again, accounts)
  const after = await Promise.all(roles.map(haveOf))
  await layGround(again, more)

  expect(same).toMatchObject({ addresses: { hub: addresses.hub }, workerpool })
  expect(after).toEqual(before)
  expect(newcomer).toMatchObject({ stake: 0n })
  expect(await haveOf('worker-2')).toMatchObject({ stake: 100n * 1_000_000_000n })
})
