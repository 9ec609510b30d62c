// The first sale as `pnpm start` makes it, on a market of real processes.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accountOf } from '@iexec/chain/test/anvil'
import { sellAndRun, wordsOf, type SaleMarket, type Step } from '@iexec/network'
import {
  APP_OWNER,
  FIRST_WORKER,
  POOL_OWNER,
  REQUESTER,
  startNetwork,
  type Network,
} from '@iexec/network/test/startNetwork'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { echoModule } from '../work/echo.ts'

const PRICE = 7n
const POOL_PRICE = 1_000n
/** Nobody else on this network. */
const [OTHER_SELLER, OTHER_BUYER] = [8, 9]

let network: Network
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sale-'))
  network = await startNetwork({ workers: 3, price: POOL_PRICE })
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await network.stop()
})

function market(): SaleMarket {
  return {
    chain: network.chain,
    workerpool: network.workerpool,
    appOwner: accountOf(APP_OWNER),
    requester: accountOf(REQUESTER),
    poolOwner: accountOf(POOL_OWNER).address,
    workers: [0, 1, 2].map((place) => ({
      name: `worker-${place + 1}`,
      address: accountOf(FIRST_WORKER + place).address,
    })),
  }
}

async function sell(args: string, [seller, buyer] = [APP_OWNER, REQUESTER], price = PRICE): Promise<readonly Step[]> {
  const steps: Step[] = []
  const product = { type: 'WASM' as const, module: await echoModule() }
  const goods = { name: 'echo', product, args, price }
  const { signal } = new AbortController()
  const people = { appOwner: accountOf(seller), requester: accountOf(buyer) }
  await sellAndRun({ ...market(), ...people }, goods, {
    folder: join(folder, args),
    tell: (step) => steps.push(step),
    signal,
  })
  return steps
}

test('every step of a sale is told, from the app to what each has earned; the second sale finds the app there', async () => {
  const steps = await sell('first')
  const again = await sell('second')

  const names = steps.map((step) => (step.step === 'happened' ? step.what : step.step))
  const reveals = ['revealed', 'revealed', 'revealed']
  const votes = ['contributed', 'contributed', 'contributed']
  expect(names).toEqual([
    'stored',
    'registered',
    'offered',
    'found',
    'bought',
    'initialized',
    ...votes,
    'agreed',
    ...reveals,
    'finalized',
    'downloaded',
    'paid',
  ])
  const voters = steps.flatMap((step) => (step.step === 'happened' && step.what === 'contributed' ? [step.who] : []))
  expect(new Set(voters)).toEqual(new Set(['worker-1', 'worker-2', 'worker-3']))
  expect(readFileSync(join(folder, 'first', 'result.txt'), 'utf8')).toBe('first')
  const paid = steps.flatMap((step) => (step.step === 'paid' ? step.changes : []))
  expect(paid.find(({ name }) => name === 'requester')?.amount).toBe(-PRICE - POOL_PRICE)
  expect(paid.find(({ name }) => name === 'app-owner')?.amount).toBe(PRICE)
  expect(paid.reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n)
  expect(again.map(({ step }) => step)).not.toContain('registered')
  expect(again.at(-1)?.step).toBe('paid')
})

test('the next sale takes from the order that is open; another price takes another order', async () => {
  const orders = [await sell('third'), await sell('fourth'), await sell('dearer', undefined, PRICE + 1n)].map((steps) =>
    steps.flatMap((step) => (step.step === 'offered' ? [step.order] : [])),
  )

  expect(orders[1]).toEqual(orders[0])
  expect(orders[2]).not.toEqual(orders[0])
})

test('what workers say of an app that they cannot run is told by their names while the task goes on', async () => {
  const steps: Step[] = []
  const goods = { name: 'none', product: { type: 'WASM' as const, module: Buffer.from('no module') }, price: PRICE }
  const options = { folder, tell: (step: Step) => steps.push(step), signal: new AbortController().signal }

  const sale = sellAndRun(market(), goods, options)

  await expect(sale).rejects.toThrow('The workers agreed that the app failed: APP_IMAGE_REFUSED.')
  const troubled = steps.flatMap((step) => (step.step === 'troubled' ? [step.who] : []))
  expect(troubled.toSorted()).toEqual(['worker-1', 'worker-2', 'worker-3'])
})

test('of two sales at the same time each tells its own payments', async () => {
  await network.endow([OTHER_BUYER])

  const own = await Promise.all([sell('one'), sell('two', [OTHER_SELLER, OTHER_BUYER])])

  for (const steps of own) {
    const paid = steps.flatMap((step) => (step.step === 'paid' ? step.changes : []))
    expect(paid.find(({ name }) => name === 'requester')?.amount).toBe(-PRICE - POOL_PRICE)
    expect(paid.find(({ name }) => name === 'app-owner')?.amount).toBe(PRICE)
    expect(paid.reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n)
  }
})

test('a person reads each step in lines with the time, the gas and the RLC', () => {
  const lines = [
    wordsOf({ step: 'offered', ms: 1_234, order: '0xab', price: 5_000_000_000n }),
    wordsOf({
      step: 'happened',
      ms: 2_000,
      what: 'contributed',
      who: 'worker-2',
      block: 12n,
      transaction: '0x',
      gas: 123_456n,
    }),
    wordsOf({ step: 'troubled', ms: 2_500, who: 'worker-1', says: 'The app exited with 3.' }),
    wordsOf({
      step: 'paid',
      ms: 3_000,
      changes: [
        { name: 'requester', amount: -7n },
        { name: 'app-owner', amount: 7n },
      ],
    }),
  ]

  expect(lines.flat().join('\n')).toMatchInlineSnapshot(`
    " 1.23 s  order     the app is for sale at 5 RLC a run: 0xab
     2.00 s  task      worker-2 votes, with its result sealed (block 12, 123,456 gas)
     2.50 s  task      worker-1 says: The app exited with 3.
     3.00 s  paid      requester  -7 nRLC
                       app-owner  +7 nRLC"
  `)
})

test('what each has earned is told in one unit, and a trust that fewer workers reach is told as it is', () => {
  const changes = [
    { name: 'requester', amount: -20_000_000n },
    { name: 'worker-1', amount: 333_333n },
    { name: 'pool-owner', amount: 0n },
  ]
  const paid = wordsOf({ step: 'paid', ms: 0, changes }).join('\n')
  const found = { step: 'found' as const, ms: 0, app: 1n, workerpool: 2n, workers: 3 }

  expect(paid.match(/[-+]?\d\S* n?RLC$/gmu)).toEqual(['-0.02 RLC', '+0.000333333 RLC', '0 RLC'])
  expect(wordsOf({ ...found, trust: 8n, needed: 3 }).join('\n')).toContain('only all 3 workers of this network')
  expect(wordsOf({ ...found, trust: 2n ** 20n, needed: 2 }).join('\n')).toContain('2 of the 3 workers of this network')
})
