// Deploying where the deployment proxy is missing.
import { describe, expect, test } from 'vitest'
import { predictMarket } from './addresses.ts'
import { OWNER, deploy, onNewChain } from './testing.ts'

const PROXY_SIGNER = '0x3fAB184622Dc19b6109349B94811493BF2a45362'

describe('on a chain without the deployment proxy', () => {
  const args = ['--disable-default-create2-deployer']

  test('the proxy is created first, and the addresses are the same', async () => {
    await onNewChain(args, async (anvil) => {
      const { market, heard } = await deploy(anvil.client(0))

      expect(heard[0]).toEqual({ step: 'createProxy' })
      expect(market).toMatchObject(predictMarket({ owner: OWNER }))
    })
  })

  test('the signer of its transaction gets no more than he lacks', async () => {
    await onNewChain(args, async (anvil) => {
      await anvil.client(0).setBalance({ address: PROXY_SIGNER, value: 20_000_000_000_000_000n })

      await deploy(anvil.client(0))

      // What it had, less the 100 gwei for each gas: nothing was added.
      expect(await anvil.client(0).getBalance({ address: PROXY_SIGNER })).toBeLessThan(20_000_000_000_000_000n)
    })
  })

  test('a chain that refuses the transaction of the proxy is told apart, in one sentence', async () => {
    await onNewChain(args, async (anvil) => {
      await anvil.client(0).setNonce({ address: PROXY_SIGNER, nonce: 1 })

      await expect(deploy(anvil.client(0))).rejects.toMatchObject({
        code: 'NoDeploymentProxy',
        message: expect.stringMatching(/presigned transaction does not go through \(nonce too low/u),
      })
    })
  })

  test('who cannot pay hears it before the proxy is paid for', async () => {
    await onNewChain(args, async (anvil) => {
      const poor = anvil.client(4)
      await poor.setBalance({ address: poor.account.address, value: 11_000_000_000_000_000n })

      await expect(deploy(poor)).rejects.toMatchObject({ code: 'InsufficientFunds' })
      expect(await poor.getTransactionCount({ address: poor.account.address })).toBe(0)
    })
  })
})
