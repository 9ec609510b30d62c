// Forms of orders: what is typed becomes an order, or a fault of each field.
import { expect, test } from 'vitest'
import { readTerms } from './terms.ts'

const ADDRESS = '0x00000000000000000000000000000000000000aB'

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
  expect(readTerms('app', { app: ADDRESS, workerpoolprice: '5' })).toEqual({ ok: true, fields: { app: ADDRESS } })
})
