import { encodeResultLink, ipfsLink } from '@iexec/protocol'
import { hubAbi, rlcAbi, appRegistryAbi } from '@iexec/protocol/abi'
import { encodeAbiParameters, encodeEventTopics, encodeFunctionData, zeroHash, type Address, type Hex } from 'viem'
import { expect, test } from 'vitest'
import { eventsOf, functionOf, writersOf, type RpcLog } from './events.ts'

const [HUB, ALICE] = [
  '0x00000000000000000000000000000000000000aa',
  '0x00000000000000000000000000000000000000A1',
] as const
const OURS: ReadonlySet<string> = new Set([HUB])
const TASK: Hex = `0x${'7'.repeat(64)}`

function log(topics: readonly Hex[], data: Hex): RpcLog {
  return { address: HUB, topics, data, logIndex: '0x5' }
}

test('events of the hub say what each value is: accounts, tasks, amounts', () => {
  const topics = encodeEventTopics({ abi: hubAbi, eventName: 'Reward' }) as readonly Hex[]
  const data = encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }, { type: 'bytes32' }], [ALICE, 7n, TASK])

  const [event] = eventsOf([log(topics, data)], OURS)

  expect(event).toMatchObject({ place: 5, contract: HUB, name: 'Reward' })
  expect(event?.arguments.map(({ is, value }) => [is, value])).toEqual([
    ['address', ALICE],
    ['nRLC', '7'],
    ['task', TASK],
  ])
})

test('where a result is stands in the event as a path, and what cannot be read stays as it is', () => {
  const cid = 'QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ'
  const topics = encodeEventTopics({ abi: hubAbi, eventName: 'TaskFinalize', args: { taskid: TASK } }) as readonly Hex[]
  const told = [encodeResultLink(ipfsLink(cid)), '0x12'] as const

  const logs = told.map((results) => log(topics, encodeAbiParameters([{ type: 'bytes' }], [results])))
  const events = eventsOf(logs, OURS)

  expect(events.map(({ arguments: [, results] }) => results?.value)).toEqual([`/ipfs/${cid}`, '0x12'])
})

test('a transfer of RLC and one of an app share a name, and are told apart by what is indexed', () => {
  const args: { readonly from: Address; readonly to: Address } = { from: ALICE, to: HUB }
  const ofRlc = encodeEventTopics({ abi: rlcAbi, eventName: 'Transfer', args }) as readonly Hex[]
  const ofApp = encodeEventTopics({
    abi: appRegistryAbi,
    eventName: 'Transfer',
    args: { ...args, tokenId: 9n },
  }) as readonly Hex[]

  const events = eventsOf([log(ofRlc, encodeAbiParameters([{ type: 'uint256' }], [5n])), log(ofApp, '0x')], OURS)

  expect(events.map((event) => event.arguments.at(-1))).toEqual([
    { name: 'value', is: 'nRLC', value: '5' },
    { name: 'tokenId', is: 'text', value: '9' },
  ])
})

test.each([
  ['an event of a stranger', log([zeroHash], '0x1234'), 2],
  ['one without topics', log([], '0x'), 0],
  [
    'one whose data is cut off',
    log(encodeEventTopics({ abi: hubAbi, eventName: 'Lock' }) as readonly Hex[], '0x12'),
    2,
  ],
])('%s is shown without a name', (_, given, count) => {
  const [event] = eventsOf([given], OURS)

  expect(event?.name).toBeUndefined()
  expect(event?.arguments).toHaveLength(count)
})

test('a call is named by its function, and a transfer of coins has none', () => {
  const input = encodeFunctionData({ abi: hubAbi, functionName: 'claim', args: [TASK] })

  expect([functionOf(input), functionOf('0x'), functionOf('0x12345678')]).toEqual(['claim', undefined, undefined])
})

test('what another contract wrote is neither our event nor our money, whatever it pretends to be', () => {
  const token: Address = '0x00000000000000000000000000000000000000Cc'
  const topics = encodeEventTopics({ abi: rlcAbi, eventName: 'Transfer', args: { from: ALICE, to: HUB } })
  const data = encodeAbiParameters([{ type: 'uint256' }], [2_500_000_000n])
  const foreign = { ...log(topics as readonly Hex[], data), address: token }

  const [event] = eventsOf([foreign], OURS)

  expect(event).toMatchObject({ contract: token, name: undefined })
  expect(event?.arguments.map(({ is }) => is)).not.toContain('nRLC')
  expect(writersOf([foreign, log([zeroHash], '0x')])).toEqual([token])
})
