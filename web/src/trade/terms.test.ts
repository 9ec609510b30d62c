// Forms of orders: what is typed becomes an order, or a fault of each field.
import { getAddress } from 'viem'
import { expect, test } from 'vitest'
import { FIELDS, ORDER_KINDS, readTerms, sumOf } from './terms.ts'

const ADDRESS = '0x00000000000000000000000000000000000000ab'
const MIXED = getAddress(`0x${'5aaeb6053f'.repeat(4)}`)

test('prices are in RLC unless they say nRLC, and what is empty is left out', () => {
  const terms = readTerms('request', {
    app: ADDRESS,
    appmaxprice: '0.5',
    workerpoolmaxprice: '7 nRLC',
    volume: ' 3 ',
    trust: '',
  })

  expect(terms).toEqual({
    ok: true,
    fields: { app: ADDRESS, appmaxprice: 500_000_000n, workerpoolmaxprice: 7n, volume: 3n },
  })
})

test('every wrong field is named at once', () => {
  const terms = readTerms('workerpool', { workerpoolprice: 'cheap', volume: '-1', apprestrict: '0x12' })

  expect(terms).toEqual({
    ok: false,
    faults: { workerpool: 'needed', workerpoolprice: 'noPrice', volume: 'noWhole', apprestrict: 'noAddress' },
  })
})

test('fields of other kinds are not read', () => {
  const terms = readTerms('app', { app: ADDRESS, appprice: '0', volume: '2', workerpoolprice: '5' })

  expect(terms).toEqual({ ok: true, fields: { app: ADDRESS, appprice: 0n, volume: 2n } })
})

test.each(ORDER_KINDS)('a %s that does not say its price and how often is no order', (kind) => {
  const prices = FIELDS[kind].filter(({ type, isRare }) => type === 'price' && isRare !== true)

  const terms = readTerms(kind, { [kind === 'request' ? 'app' : kind]: ADDRESS })

  const needed = [...prices.map(({ name }) => name), 'volume']
  expect(terms).toEqual({ ok: false, faults: Object.fromEntries(needed.map((name) => [name, 'needed'])) })
})

test('an order of no task is none', () => {
  const terms = readTerms('app', { app: ADDRESS, appprice: '1', volume: '0' })

  expect(terms).toEqual({ ok: false, faults: { volume: 'noTasks' } })
})

test('whoever wants a dataset says what it may cost', () => {
  const request = { app: ADDRESS, appmaxprice: '1', workerpoolmaxprice: '1', volume: '1' }

  expect(readTerms('request', { ...request, dataset: ADDRESS })).toEqual({
    ok: false,
    faults: { datasetmaxprice: 'needed' },
  })
  expect(readTerms('request', request)).toMatchObject({ ok: true })
})

test('an order comes to all of its prices, for all of its tasks', () => {
  const prices = { appmaxprice: 1n, datasetmaxprice: 20n, workerpoolmaxprice: 300n, volume: 2n }

  expect(sumOf('request', prices)).toEqual({ tasks: 2n, each: 321n, total: 642n, pledge: 0n })
  expect(sumOf('workerpool', { workerpoolprice: 10n, volume: 2n })).toMatchObject({ total: 20n, pledge: 6n })
})

test.each([
  ['its checksum', MIXED],
  ['small letters', MIXED.toLowerCase()],
  ['capitals', `0x${MIXED.slice(2).toUpperCase()}`],
])('an address in %s is taken', (_, app) => {
  expect(readTerms('app', { app, appprice: '1', volume: '1' })).toMatchObject({ ok: true, fields: { app } })
})

test('an address whose capitals are not its checksum is told at its field', () => {
  const app = `${MIXED.slice(0, -1)}${MIXED.endsWith('f') ? 'F' : 'f'}`

  const terms = readTerms('app', { app, appprice: '1', volume: '1' })

  expect(terms).toEqual({ ok: false, faults: { app: 'wrongCapitals' } })
})

test('a price is taken up to what the market can write down', () => {
  const terms = readTerms('app', { app: ADDRESS, appprice: '9007199.254740991', volume: '1' })

  expect(terms).toMatchObject({ ok: true, fields: { appprice: BigInt(Number.MAX_SAFE_INTEGER) } })
})

test.each(['9007199.254740992', `1${'0'.repeat(32)} RLC`])('a price of %s is told to be too high', (appprice) => {
  const terms = readTerms('app', { app: ADDRESS, appprice, volume: '1' })

  expect(terms).toEqual({ ok: false, faults: { appprice: 'tooHigh' } })
})
