// The comparison can fail: every kind of difference is found, in an interface that was ours before somebody changed it.
import type { Abi } from 'viem'
import { describe, expect, test } from 'vitest'
import { isNamed, keyOf, listDifferences } from './compare.ts'
import { deliberateDifferences } from './deliberate.ts'
import { publishedAbi, readSignatures, referenceAbi } from './reference.ts'

describe('a difference is found', () => {
  const hub = publishedAbi('IexecInterfaceToken')
  const tampered: readonly (readonly [string, Abi, string])[] = [
    [
      'a missing event',
      hub.filter((item) => keyOf(item) !== 'event TaskReopen(bytes32)'),
      'event TaskReopen(bytes32) is missing',
    ],
    [
      'a missing function',
      hub.filter((item) => keyOf(item) !== 'function claim(bytes32)'),
      'function claim(bytes32) is missing',
    ],
    [
      'a missing error',
      hub.filter((item) => keyOf(item) !== 'error OperationFailed()'),
      'error OperationFailed() is missing',
    ],
    [
      'an argument of an event that is indexed no more',
      replaced('event TaskInitialize(bytes32 indexed taskid, address workerpool)'),
      'argument of event TaskInitialize(bytes32,address): "address workerpool" instead of "address indexed workerpool"',
    ],
    [
      'an argument of an event that is indexed now',
      replaced('event DealSponsored(bytes32 indexed dealId, address sponsor)'),
      'argument of event DealSponsored(bytes32,address): "bytes32 indexed dealId" instead of "bytes32 dealId"',
    ],
    [
      'a renamed argument of an event',
      replaced('event SchedulerNotice(address indexed workerpool, bytes32 dealId)'),
      'argument of event SchedulerNotice(address,bytes32): "bytes32 dealId" instead of "bytes32 dealid"',
    ],
    [
      'a renamed argument of a function',
      replaced('function claim(bytes32 task)'),
      'argument of function claim(bytes32): "bytes32 task" instead of "bytes32 taskId"',
    ],
    [
      'another type of an output',
      replaced('function viewScore(address _worker) view returns (uint64)'),
      'output of function viewScore(address): "uint64" instead of "uint256"',
    ],
    [
      'one output less',
      replaced('function viewAccountABILegacy(address _user) view returns (uint256)'),
      'each output of function viewAccountABILegacy(address): 1 instead of 2',
    ],
    [
      'a renamed field of a struct',
      replaced('function viewAccount(address account) view returns ((uint256 free, uint256 locked))'),
      'output of function viewAccount(address): "(uint256 free, uint256 locked)" instead of "(uint256 stake, uint256 locked)"',
    ],
    [
      'another mutability',
      replaced('function deposit(uint256 amount) payable returns (bool)'),
      'function deposit(uint256) is payable instead of nonpayable',
    ],
    [
      'a stricter mutability',
      replaced('function token() pure returns (address)'),
      'function token() is pure instead of view',
    ],
    [
      'a weaker mutability',
      replaced('function owner() returns (address)'),
      'function owner() is nonpayable instead of view',
    ],
    [
      'another type of an argument',
      [
        ...hub.filter((item) => keyOf(item) !== 'function claim(bytes32)'),
        ...readSignatures(['function claim(uint256)']),
      ],
      'function claim(bytes32) is missing',
    ],
    [
      'a function that nobody listed',
      [...hub, ...readSignatures(['function pause()'])],
      'function pause() is not in the reference',
    ],
    [
      'an event that nobody listed',
      [...hub, ...readSignatures(['event Paused()'])],
      'event Paused() is not in the reference',
    ],
    [
      'a function that is listed as left out',
      [...hub, ...readSignatures(['function importScore(address)'])],
      'function importScore(address) is listed as left out, and is there',
    ],
    [
      'an addition that is gone',
      hub.filter((item) => keyOf(item) !== 'function pendingOwner()'),
      'function pendingOwner() is listed as added, and nothing has this signature',
    ],
    ['no fallback', hub.filter(({ type }) => type !== 'fallback'), 'fallback is missing'],
  ]

  test.for(tampered)('%s', ([, abi, difference]) => {
    expect(differencesOf('IexecInterfaceToken', abi)).toContain(difference)
  })

  test('a view that an entry has beside those of the reference', () => {
    const abi = [...publishedAbi('registries/apps/App'), ...readSignatures(['function pendingCode() view'])]

    expect(differencesOf('registries/apps/App', abi)).toEqual(['function pendingCode() is not in the reference'])
  })

  function replaced(signature: string): Abi {
    const [item] = readSignatures([signature]).filter(isNamed)
    if (item === undefined) throw new Error(`This is no signature: ${signature}`)
    return [...hub.filter((other) => keyOf(other) !== keyOf(item)), item]
  }
})

function differencesOf(name: string, ours: Abi): readonly string[] {
  const deliberate = deliberateDifferences[name] ?? { leftOut: {}, added: {} }
  return listDifferences({ ours, reference: referenceAbi(name), deliberate })
}
