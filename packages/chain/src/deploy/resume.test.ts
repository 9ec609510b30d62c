// A deployment that breaks off, waits, or is not alone.
import { createClient, custom } from 'viem'
import { describe, expect, test } from 'vitest'
import { accountOf, type Anvil } from '../../test/anvil.ts'
import { predictMarket } from './addresses.ts'
import { deployMarket } from './deployMarket.ts'
import type { DeployClient, DeployProgress } from './progress.ts'
import { ALL, OWNER, deploy, onNewChain, partsOf } from './testing.ts'

function breakOffAtSend(progress: DeployProgress): void {
  if (progress.step === 'send') throw new Error('the power is gone')
}

test.each(ALL)('a deployment that broke off after the %s is finished by the next', async (last) => {
  await onNewChain([], async (anvil) => {
    const breakOff = (progress: DeployProgress): void => {
      if (progress.step === 'deploy' && progress.part === last) throw new Error('the power is gone')
    }
    await expect(deployMarket({ client: anvil.client(0), owner: OWNER, onProgress: breakOff })).rejects.toThrow(
      'the power is gone',
    )

    const { market, heard } = await deploy(anvil.client(0))

    const done = ALL.indexOf(last) + 1
    expect(partsOf(heard, 'keep')).toEqual(ALL.slice(0, done))
    expect(partsOf(heard, 'deploy')).toEqual(ALL.slice(done))
    expect(partsOf(heard, 'initialize')).toHaveLength(3)
    expect(market).toMatchObject(predictMarket({ owner: OWNER }))
    expect(market.blockNumber).toBe(2)
  })
})

/** A client after whose transaction of this number no block comes any more. */
function lastClient(anvil: Anvil, number: number): DeployClient {
  const { request, setAutomine } = anvil.client(0)
  let sent = 0
  const counting = async (asked: { readonly method: string; readonly params?: unknown }): Promise<unknown> => {
    if (asked.method === 'eth_sendRawTransaction') sent += 1
    if (sent === number) await setAutomine(false)
    return request(asked as never)
  }
  return createClient({
    account: accountOf(0),
    chain: undefined,
    pollingInterval: 20,
    transport: custom({ request: counting }, { retryCount: 0 }),
  })
}

/** Blocks come again, the first one at once. */
async function goOn(anvil: Anvil): Promise<void> {
  await anvil.client(0).setAutomine(true)
  await anvil.client(0).mine({ blocks: 1 })
}

describe('on a chain whose blocks take their time', () => {
  const args = ['--block-time', '1']

  test.each(['token', 'hub'] as const)(
    'a deployment that broke off while the %s was on its way is finished by the next',
    async (part) => {
      await onNewChain([], async (anvil) => {
        const breakOff = (progress: DeployProgress): void => {
          if (progress.step === 'send' && progress.part === part) breakOffAtSend(progress)
        }
        const broken = deployMarket({
          client: lastClient(anvil, ALL.indexOf(part) + 1),
          owner: OWNER,
          onProgress: breakOff,
        })
        await expect(broken).rejects.toThrow('the power is gone')

        const heard: DeployProgress[] = []
        const market = await deployMarket({
          client: anvil.client(0),
          owner: OWNER,
          onProgress: (progress) => {
            heard.push(progress)
            if (progress.step === 'await') void goOn(anvil)
          },
        })

        expect(heard[0]).toEqual({ step: 'await', sender: OWNER, count: 1 })
        expect(partsOf(heard, 'keep')).toContain(part)
        expect(partsOf(heard, 'send')).not.toContain(part)
        expect(market).toMatchObject(predictMarket({ owner: OWNER }))
      })
    },
    60_000,
  )

  test('a part that somebody else has just sent is waited for', async () => {
    await onNewChain(args, async (anvil) => {
      const broken = deployMarket({ client: anvil.client(1), owner: OWNER, onProgress: breakOffAtSend })
      await expect(broken).rejects.toThrow('the power is gone')

      const { market, heard } = await deploy(anvil.client(0))

      expect(partsOf(heard, 'keep')).toEqual(['token'])
      expect(market).toMatchObject(predictMarket({ owner: OWNER }))
    })
  }, 60_000)
})

test('two people who deploy the same market at the same time both end with it', async () => {
  await onNewChain([], async (anvil) => {
    const [one, other] = await Promise.all([deploy(anvil.client(0)), deploy(anvil.client(1), { owner: OWNER })])

    expect(one.market).toMatchObject(predictMarket({ owner: OWNER }))
    expect(other.market).toMatchObject(predictMarket({ owner: OWNER }))
  })
})

test('who is not the owner leaves the registries to him, and he initializes them later', async () => {
  await onNewChain([], async (anvil) => {
    const { heard } = await deploy(anvil.client(3), { owner: OWNER })
    expect(partsOf(heard, 'initialize')).toEqual([])
    expect(partsOf(heard, 'leaveToOwner')).toEqual(['appregistry', 'datasetregistry', 'workerpoolregistry'])

    const later = await deploy(anvil.client(0))

    expect(partsOf(later.heard, 'keep')).toEqual(ALL)
    expect(partsOf(later.heard, 'initialize')).toEqual(['appregistry', 'datasetregistry', 'workerpoolregistry'])
  })
})
