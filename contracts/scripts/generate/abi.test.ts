import { parseAbi, type Abi } from 'viem'
import { expect, test } from 'vitest'
import { groupByName, listFallbacks, mergeAbis, withoutInternalTypes } from './abi.ts'

test('functions come first, then events, then errors, each by name; constructors are left out', () => {
  const abi = parseAbi([
    'error A()',
    'event B()',
    'function d()',
    'function c()',
    'constructor()',
    'fallback() external',
  ])

  expect(mergeAbis([abi]).map((item) => ('name' in item ? `${item.type} ${item.name}` : item.type))).toEqual([
    'function c',
    'function d',
    'event B',
    'error A',
  ])
})

test('what two parts have in common is there once, as the first has it', () => {
  const first = parseAbi(['function pay(address to, uint256 amount)'])
  const second = parseAbi(['function pay(address target, uint256 value)', 'function pay(address to)'])

  expect(mergeAbis([first, second])).toEqual([second[1], first[0]])
})

test('functions whose tuples differ are different functions', () => {
  const abi = parseAbi([
    'function pay((address to, uint256 amount) order)',
    'function pay((address to, uint128 amount) order)',
    'function pay((address to, uint256 amount)[] order)',
  ])

  expect(mergeAbis([abi])).toHaveLength(3)
})

test('an event, a function and an error of one signature are three things', () => {
  expect(mergeAbis([parseAbi(['error A()', 'event A()', 'function A()'])])).toHaveLength(3)
})

test('receive and fallback are found for those who publish them', () => {
  const abi = parseAbi(['function c()', 'fallback() external', 'receive() external payable'])

  expect(listFallbacks(abi).map(({ type }) => type)).toEqual(['fallback', 'receive'])
})

test('the names of Solidity types go, at every depth', () => {
  const abi: Abi = [
    {
      type: 'error',
      name: 'E',
      inputs: [
        {
          name: 'order',
          type: 'tuple',
          internalType: 'struct Order',
          components: [{ name: 'app', type: 'address', internalType: 'contract App' }],
        },
      ],
    },
  ]

  expect(JSON.stringify(withoutInternalTypes(abi))).not.toContain('internalType')
})

test('functions of one name are had together, with what tells them apart', () => {
  const abi = parseAbi(['function give(address to)', 'function give(address to, bytes why)', 'function take()'])

  expect(groupByName(abi)).toEqual([
    ['give', ['give(address)', 'give(address,bytes)'], [abi[0], abi[1]]],
    ['take', ['take()'], [abi[2]]],
  ])
})
