// Orders in words.
import { NO_ADDRESS, NO_TAG, encodeTag, type Order } from '@iexec/protocol'
import { expect, test } from 'vitest'
import { describeOrder, restrictionText, tagText } from './words.ts'

const APP = '0x00000000000000000000000000000000000000A1'
const ALICE = '0x00000000000000000000000000000000000000a4'
const REQUEST: Order<'request'> = {
  kind: 'request',
  app: APP,
  appmaxprice: 0n,
  dataset: NO_ADDRESS,
  datasetmaxprice: 0n,
  workerpool: NO_ADDRESS,
  workerpoolmaxprice: 1_500_000_000n,
  requester: ALICE,
  volume: 2n,
  tag: NO_TAG,
  category: 3n,
  trust: 0n,
  beneficiary: ALICE,
  callback: NO_ADDRESS,
  params: '{"iexec_args":"\u001b[2J\nrm"}',
  salt: NO_TAG,
}

test('a request says what is paid at most, and nothing in its params steers the terminal', () => {
  expect(describeOrder(REQUEST)).toEqual([
    'Request order',
    `  app         ${APP}, at most nothing`,
    '  workerpool  any, at most 1.5 RLC a task',
    '  volume      2 tasks',
    '  category    3',
    '  trust       0',
    `  requester   ${ALICE}`,
    '  params      {"iexec_args":" [2J rm"}',
  ])
})

test('a tag is its names and the bits that have none; no tag is not told', () => {
  expect(tagText(NO_TAG)).toBeUndefined()
  expect(tagText(encodeTag('tee,gpu'))).toBe('tee,gpu')
  expect(tagText(`0x${'0'.repeat(61)}203`)).toBe('tee,scone,bit 9')
})

test('whom an order lets in is named by side', () => {
  expect(restrictionText(REQUEST)).toBeUndefined()
  expect(restrictionText({ ...REQUEST, workerpool: APP })).toBe(`workerpool ${APP}`)
})
