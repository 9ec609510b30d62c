// What a market on a real chain is like when it is deployed.
import { appRegistryAbi, hubAbi, rlcAbi } from '@iexec/protocol/abi'
import { createClient, custom } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Anvil, accountOf, startAnvil } from '../../test/anvil.ts'
import { predictMarket } from './addresses.ts'
import { deployMarket } from './deployMarket.ts'
import { DEPLOYMENT_PROXY } from './proxy.ts'
import { ALL, type Deployed, OWNER, deploy, partsOf } from './testing.ts'

describe('a market on a new chain', () => {
  let anvil: Anvil
  let first: Deployed

  beforeAll(async () => {
    anvil = await startAnvil()
    first = await deploy(anvil.client(0))
  })

  afterAll(async () => {
    await anvil.stop()
  })

  const readHub = async (
    functionName: 'token' | 'appregistry' | 'datasetregistry' | 'workerpoolregistry' | 'owner' | 'countCategory',
  ) => anvil.client(0).readContract({ address: first.market.hub, abi: hubAbi, functionName })

  test('is deployed part by part, and each step is told', () => {
    expect(partsOf(first.heard, 'send')).toEqual(ALL)
    expect(partsOf(first.heard, 'deploy')).toEqual(ALL)
    expect(partsOf(first.heard, 'initialize')).toEqual(['appregistry', 'datasetregistry', 'workerpoolregistry'])
    expect(partsOf(first.heard, 'keep')).toEqual([])
  })

  test('stands where it was predicted', () => {
    expect(first.market).toMatchObject(predictMarket({ owner: OWNER }))
  })

  // Block 1 has the token, whose events are nobody's way into the market; block 2 the first registry.
  test('is described in a form that JSON keeps whole', () => {
    expect(JSON.parse(JSON.stringify(first.market))).toEqual(first.market)
    expect(first.market).toMatchObject({ chainId: 31_337, owner: OWNER, deployer: OWNER, blockNumber: 2 })
  })

  test('has a hub that is bound to the other parts and belongs to the owner', async () => {
    const { token, appregistry, datasetregistry, workerpoolregistry } = first.market

    expect(await readHub('token')).toBe(token)
    expect(await readHub('appregistry')).toBe(appregistry)
    expect(await readHub('datasetregistry')).toBe(datasetregistry)
    expect(await readHub('workerpoolregistry')).toBe(workerpoolregistry)
    expect(await readHub('owner')).toBe(OWNER)
  })

  test('has the five categories of the public hubs', async () => {
    const categories = await Promise.all(
      [0n, 1n, 2n, 3n, 4n].map(async (id) =>
        anvil.client(0).readContract({
          address: first.market.hub,
          abi: hubAbi,
          functionName: 'viewCategory',
          args: [id],
        }),
      ),
    )

    expect(await readHub('countCategory')).toBe(5n)
    expect(categories.map(({ name, workClockTimeRef }) => [name, workClockTimeRef])).toEqual([
      ['XS', 300n],
      ['S', 1_200n],
      ['M', 3_600n],
      ['L', 10_800n],
      ['XL', 36_000n],
    ])
    expect(categories.map(({ description }) => description)).toEqual(['""', '""', '""', '""', '""'])
  })

  test('has registries to which no older registry can be added any more', async () => {
    const registry = { address: first.market.appregistry, abi: appRegistryAbi } as const

    expect(await anvil.client(0).readContract({ ...registry, functionName: 'initialized' })).toBe(true)
    expect(await anvil.client(0).readContract({ ...registry, functionName: 'previous' })).toBe(`0x${'0'.repeat(40)}`)
  })

  test('gives all RLC to the owner', async () => {
    const token = { address: first.market.token, abi: rlcAbi } as const

    expect(await anvil.client(0).readContract({ ...token, functionName: 'balanceOf', args: [OWNER] })).toBe(
      87_000_000n * 1_000_000_000n,
    )
  })

  test('is kept by a second deployment, which spends nothing and gives the same answer', async () => {
    const before = await anvil.client(0).getBalance({ address: OWNER })

    const again = await deploy(anvil.client(0))

    expect(again.market).toEqual(first.market)
    expect(partsOf(again.heard, 'keep')).toEqual(ALL)
    expect(again.heard).toHaveLength(ALL.length)
    expect(await anvil.client(0).getBalance({ address: OWNER })).toBe(before)
  })

  test('is found there by somebody without a coin', async () => {
    const stranger = anvil.client(9)
    await stranger.setBalance({ address: stranger.account.address, value: 0n })

    const found = await deploy(stranger, { owner: OWNER })

    expect(found.market).toEqual({ ...first.market, deployer: stranger.account.address })
  })

  test('shares its token and registries with a market of other categories', async () => {
    const categories = [{ name: 'one minute', description: 'for tests', workClockTimeRef: 60n }]

    const other = await deploy(anvil.client(0), { categories })

    expect(partsOf(other.heard, 'deploy')).toEqual(['hub'])
    expect(other.market.hub).not.toBe(first.market.hub)
    expect(other.market.blockNumber).toBe(first.market.blockNumber)
  })

  test('may have a category of as many seconds as a hub can count, and of no more', async () => {
    const longest = { name: 'XXL', description: '', workClockTimeRef: 2n ** 32n - 1n }
    const endless = { ...longest, workClockTimeRef: 2n ** 32n }

    await expect(deploy(anvil.client(0), { categories: [longest] })).resolves.toBeDefined()
    await expect(deploy(anvil.client(0), { categories: [endless] })).rejects.toMatchObject({
      code: 'CategoryTimeOutOfRange',
      message: 'The category "XXL" has 4294967296 seconds, and at most 4294967295 are possible.',
    })
  })

  test('starts at block 0 for who finds it through an RPC that does not search the whole chain', async () => {
    const owner = anvil.client(0)
    const request = async (call: { readonly method: string; readonly params?: unknown }): Promise<unknown> => {
      if (call.method === 'eth_getLogs') throw new Error('query exceeds 10000 blocks')
      return owner.request(call as Parameters<typeof owner.request>[0])
    }
    const picky = createClient({ account: owner.account, transport: custom({ request }) })

    const { blockNumber } = await deployMarket({ client: picky, owner: OWNER })

    expect(blockNumber).toBe(0)
  })

  test('may use a token that exists', async () => {
    const { market, heard } = await deploy(anvil.client(1), { token: first.market.token })

    expect(market.token).toBe(first.market.token)
    expect(partsOf(heard, 'deploy')).toEqual(ALL.slice(1))
  })

  test.each([
    ['an account without code', accountOf(5).address, /There is no ERC-20 token at 0x/u],
    ['a contract that is no token', DEPLOYMENT_PROXY, /There is no ERC-20 token at 0x/u],
  ])('does not take %s for its token', async (_, token, sentence) => {
    await expect(deploy(anvil.client(0), { token })).rejects.toMatchObject({
      code: 'NotTheToken',
      message: expect.stringMatching(sentence),
    })
  })

  test.each(['hub', 'hubExtension'] as const)('does not take a %s for its token', async (part) => {
    const { hub, hubExtension } = first.market
    const token = { hub, hubExtension }[part]

    await expect(deploy(anvil.client(0), { token })).rejects.toMatchObject({
      code: 'NotTheToken',
      message: expect.stringContaining(token),
    })
  })

  test('does not take the hub of another market for its token, nor a contract that says 9 to everything', async () => {
    const token = '0x0000000000000000000000000000000000000909'
    // PUSH1 9 PUSH0 MSTORE PUSH1 32 PUSH0 RETURN
    await anvil.client(0).setCode({ address: token, bytecode: '0x60095f5260205ff3' })

    await expect(deploy(anvil.client(0), { token })).rejects.toMatchObject({
      code: 'NotTheToken',
      message: `What stands at ${token} is no token but a hub, which has a token itself.`,
    })
  })

  test('does not take a contract for its token that has nothing but nine decimals', async () => {
    const token = '0x0000000000000000000000000000000000000999'
    // Answers 9 to decimals(), and reverts otherwise:
    // PUSH0 CALLDATALOAD PUSH1 224 SHR PUSH4 decimals() EQ PUSH1 17 JUMPI PUSH0 PUSH0 REVERT JUMPDEST PUSH1 9 …
    const bytecode = '0x5f3560e01c63313ce567146011575f5ffd5b60095f5260205ff3'
    await anvil.client(0).setCode({ address: token, bytecode })

    await expect(deploy(anvil.client(0), { token })).rejects.toMatchObject({
      code: 'NotTheToken',
      message: `There is no ERC-20 token at ${token}.`,
    })
  })

  test('does not belong to the zero address', async () => {
    await expect(deploy(anvil.client(0), { owner: `0x${'0'.repeat(40)}` })).rejects.toMatchObject({ code: 'NoOwner' })
  })

  test('does not take a token of 18 decimals', async () => {
    const token = '0x0000000000000000000000000000000000001818'
    // PUSH1 18 PUSH0 MSTORE PUSH1 32 PUSH0 RETURN: answers 18 to everything.
    await anvil.client(0).setCode({ address: token, bytecode: '0x60125f5260205ff3' })

    await expect(deploy(anvil.client(0), { token })).rejects.toMatchObject({
      code: 'NotTheToken',
      message: `The token at ${token} has 18 decimals, and RLC has 9.`,
    })
  })

  test('has token URIs that begin with the base URI of each registry', async () => {
    const { market } = await deploy(anvil.client(2), { baseUri: 'https://example.com/{kind}/' })

    const uris = await Promise.all(
      [market.appregistry, market.datasetregistry, market.workerpoolregistry].map(async (address) =>
        anvil.client(0).readContract({ address, abi: appRegistryAbi, functionName: 'baseURI' }),
      ),
    )

    expect(uris).toEqual([
      'https://example.com/app/',
      'https://example.com/dataset/',
      'https://example.com/workerpool/',
    ])
  })
})

test('equal terms give equal addresses on two chains, whoever deploys', async () => {
  const chains = await Promise.all([startAnvil({ chainId: 1_337 }), startAnvil({ chainId: 42_161 })])
  try {
    const [one, other] = await Promise.all(
      chains.map(async (anvil, account) => (await deploy(anvil.client(account), { owner: OWNER })).market),
    )

    expect(one).toMatchObject(predictMarket({ owner: OWNER }))
    expect(other).toMatchObject(predictMarket({ owner: OWNER }))
    expect([one?.chainId, other?.chainId]).toEqual([1_337, 42_161])
  } finally {
    await Promise.all(chains.map(async (anvil) => anvil.stop()))
  }
})
