// Deployments that are refused before anything is sent.
import { expect, test } from 'vitest'
import { predictMarket } from './addresses.ts'
import { DEPLOYMENT_PROXY } from './proxy.ts'
import { ALL, OWNER, deploy, onNewChain, partsOf } from './testing.ts'

test('who cannot pay hears how much there is and about how much is needed, before anything is sent', async () => {
  await onNewChain([], async (anvil) => {
    const poor = anvil.client(4)
    await poor.setBalance({ address: poor.account.address, value: 1_000_000_000_000_000n })

    await expect(deploy(poor)).rejects.toMatchObject({
      code: 'InsufficientFunds',
      message: expect.stringMatching(/^0x\w{40} has 0\.001 of the chain's coin, and deploying needs about 0\.0\d+\.$/u),
    })
    expect(await poor.getTransactionCount({ address: poor.account.address })).toBe(0)
  })
})

test('what somebody needs according to the refusal is enough', async () => {
  await onNewChain([], async (anvil) => {
    const poor = anvil.client(4)
    await poor.setBalance({ address: poor.account.address, value: 0n })
    const refusal = await deploy(poor).then(() => '', String)
    const needed = Number(/needs about ([\d.]+)\.$/u.exec(refusal)?.[1])
    await poor.setBalance({ address: poor.account.address, value: BigInt(Math.ceil(needed * 1e9)) * 1_000_000_000n })

    const { heard } = await deploy(poor)

    expect(partsOf(heard, 'deploy')).toEqual(ALL)
    expect(partsOf(heard, 'initialize')).toHaveLength(3)
  })
})

test('nothing is sent when something else stands where a part belongs', async () => {
  await onNewChain([], async (anvil) => {
    const { hub } = predictMarket({ owner: OWNER })
    await anvil.client(0).setCode({ address: hub, bytecode: '0x00' })

    await expect(deploy(anvil.client(0))).rejects.toMatchObject({
      code: 'UnexpectedCode',
      message: `What stands at ${hub}, where the hub belongs, is something else.`,
    })
    expect(await anvil.client(0).getTransactionCount({ address: OWNER })).toBe(0)
  })
})

test('nothing is sent when something else stands where the deployment proxy belongs', async () => {
  await onNewChain([], async (anvil) => {
    await anvil.client(0).setCode({ address: DEPLOYMENT_PROXY, bytecode: '0x00' })

    await expect(deploy(anvil.client(0))).rejects.toMatchObject({ code: 'UnexpectedCode' })
    expect(await anvil.client(0).getTransactionCount({ address: OWNER })).toBe(0)
  })
})
