// Orders of iexec.json: what is written to begin with can be signed, and what cannot be is told with its place.
import { NO_ADDRESS, encodeTag, type OrderKind } from '@iexec/protocol'
import { expect, test } from 'vitest'
import { ORDER_KINDS } from '../../files/ordersFile.ts'
import { checkArgs, checkParams, orderTemplate, readTemplate } from './template.ts'

const APP = '0x00000000000000000000000000000000000000A1'
const DATASET = '0x00000000000000000000000000000000000000A2'
const POOL = '0x00000000000000000000000000000000000000a3'
const ALICE = '0x00000000000000000000000000000000000000a4'
const OWN = { app: APP, dataset: DATASET, workerpool: POOL } as const

function readAs(kind: OrderKind, values: Readonly<Record<string, unknown>>): unknown {
  return readTemplate(kind, { place: 'order', values }, OWN)
}

test.each(ORDER_KINDS)('what is written of an %s order to begin with is read again', (kind) => {
  const template = orderTemplate(kind, { ...OWN, requester: ALICE })

  const wish = readAs(kind, template)

  expect(Object.keys(wish as object).toSorted()).toEqual(['kind', ...Object.keys(template)].toSorted())
})

test('prices may have a unit, tags are lists or texts, an asset that is not named is the own one', () => {
  expect(readAs('app', { app: NO_ADDRESS, appprice: '0.1 RLC', tag: ['tee', 'tdx'], volume: 3 })).toEqual({
    kind: 'app',
    app: APP,
    appprice: 100_000_000n,
    tag: encodeTag('tee,tdx'),
    volume: 3n,
  })
  expect(readAs('workerpool', { workerpoolprice: 5, tag: 'gpu', requesterrestrict: NO_ADDRESS })).toEqual({
    kind: 'workerpool',
    workerpool: POOL,
    workerpoolprice: 5n,
    tag: encodeTag('gpu'),
    requesterrestrict: NO_ADDRESS,
  })
})

test('an asset that is named is taken before the own one', () => {
  expect(readAs('dataset', { dataset: ALICE })).toMatchObject({ dataset: ALICE })
})

test('without an own one, an order without an asset is refused', () => {
  const section = { place: 'order.apporder', values: { app: NO_ADDRESS } }

  expect(() => readTemplate('app', section, {})).toThrow('order.apporder.app names no app, and deployed.json has none')
})

test.each(ORDER_KINDS)(
  'an empty text in an %s order is refused with its field, and never signed as nothing',
  (kind) => {
    const names = Object.keys(orderTemplate(kind, { ...OWN, requester: ALICE })).filter((name) => name !== 'params')

    for (const name of names)
      expect(() => readAs(kind, { [name]: '' })).toThrow(`order.${name} is "", and must be filled in`)
  },
)

test.each([
  ['app', { apprice: '1' }, 'order has a key "apprice", which means nothing'],
  ['app', { appprice: '1 ETH' }, '"ETH" is not a unit of RLC'],
  ['app', { volume: '0' }, 'order.volume is "0", and must be 1 or more'],
  ['app', { volume: '1.5' }, 'order.volume is "1.5", and must be a whole number'],
  ['app', { tag: ['fast'] }, 'order.tag: Cannot read "fast": no tag has this name'],
  ['app', { tag: 1 }, 'order.tag is 1, and must be a list of names'],
  ['app', { requesterrestrict: 'alice' }, 'order.requesterrestrict is "alice", and must be an address'],
  ['request', { params: { args: 'x' } }, 'order.params: Params have no key "args"'],
  ['request', { params: [1] }, 'order.params is [1], and must be an object, or a text'],
] as const)('an %s order with %j is refused: %s', (kind, values, sentence) => {
  expect(() => readAs(kind, values)).toThrow(sentence)
})

test('what is not filled in of params is not said; a plain text is the arguments', () => {
  const empty = '{"iexec_args":"","iexec_input_files":[],"iexec_result_encryption":false}'

  expect(checkParams(empty, 'params')).toBe('{}')
  expect(checkParams('--fast', 'params')).toBe('{"iexec_args":"--fast"}')
})

test.each(['{bad', '[1]', ' {"iexec_args":"x"', '[]'])('params %s begin like JSON, and are refused', (given) => {
  expect(() => checkParams(given, '--params', 'Usage')).toThrow('begins like JSON, and is no JSON object')
})

test.each(['unclosed "quote', "it's", '"a\\"', "'a' '"])(
  'the arguments %s, with a quote that does not end, are refused',
  (given) => {
    expect(() => checkArgs(given, '--args', 'Usage')).toThrow('a quote does not end')
    expect(() => checkParams(JSON.stringify({ iexec_args: given }), 'params')).toThrow('a quote does not end')
  },
)

test.each(['', '--fast', '"a b" \'c "\'', "it\\'s", '"it\'s"', 'C:\\'])('the arguments %s can be split', (given) => {
  expect(checkArgs(given, '--args')).toBe(given)
})
