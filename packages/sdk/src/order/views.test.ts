// What orders ask of contracts is what the contracts have: compared with the generated interfaces.
import { hubAbi, workerpoolAbi } from '@iexec/protocol/abi'
import { toEventSelector, toFunctionSelector, type Abi } from 'viem'
import { expect, test } from 'vitest'
import { MATCH_ABI, broadcastAbi, manageAbi } from './hubOrders.ts'
import { HUB_VIEWS, ORDERS_MATCHED, ORDERS_MATCHED_DATA, WORKERPOOL_VIEWS } from './views.ts'

const KINDS = ['app', 'dataset', 'workerpool', 'request'] as const

test('each question to a contract stands in its interface, word by word', () => {
  for (const view of HUB_VIEWS) expect(hubAbi).toContainEqual(view)
  for (const view of WORKERPOOL_VIEWS) expect(workerpoolAbi).toContainEqual(view)
})

test('the functions that take orders are those of the hub, by their selectors', () => {
  const made = [...MATCH_ABI, ...KINDS.flatMap((kind) => [...broadcastAbi(kind), ...manageAbi(kind)])]
  const selectors = selectorsOf(hubAbi)

  expect(made).toHaveLength(10)
  for (const [selector, name] of selectorsOf(made))
    expect([selector, selectors.get(selector)]).toEqual([selector, name])
})

test('a deal is recognised by the event of the hub', () => {
  const event = hubAbi.find((item) => item.type === 'event' && item.name === 'OrdersMatched')
  const inputs = event?.inputs.map((input) => ({ ...input, indexed: undefined }))

  expect(event?.type === 'event' && toEventSelector(event)).toBe(ORDERS_MATCHED)
  expect(inputs).toEqual(ORDERS_MATCHED_DATA.map((field) => ({ ...field, indexed: undefined })))
})

function selectorsOf(abi: Abi): ReadonlyMap<string, string> {
  return new Map(
    abi.flatMap((item) => (item.type === 'function' ? [[toFunctionSelector(item), item.name] as const] : [])),
  )
}
