// The functions that take orders are what the contracts have: compared with the generated interface.
import { hubAbi } from '@iexec/protocol/abi'
import { toFunctionSelector, type Abi } from 'viem'
import { expect, test } from 'vitest'
import { MATCH_ABI, broadcastAbi, manageAbi } from './hubOrders.ts'

const KINDS = ['app', 'dataset', 'workerpool', 'request'] as const

test('the functions that take orders are those of the hub, by their selectors', () => {
  const made = [...MATCH_ABI, ...KINDS.flatMap((kind) => [...broadcastAbi(kind), ...manageAbi(kind)])]
  const selectors = selectorsOf(hubAbi)

  expect(made).toHaveLength(10)
  for (const [selector, name] of selectorsOf(made))
    expect([selector, selectors.get(selector)]).toEqual([selector, name])
})

function selectorsOf(abi: Abi): ReadonlyMap<string, string> {
  return new Map(
    abi.flatMap((item) => (item.type === 'function' ? [[toFunctionSelector(item), item.name] as const] : [])),
  )
}
