import { hubAbi } from '@iexec/protocol/abi'
import { onBothEngines } from '@iexec/service/test/database'
import { startChainWithMarket, type TestChain } from '@iexec/service/test/chain'
import { decodeEventLog, type Address, type Hex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compareWithChain } from '../../test/chainCompare.ts'
import { replay } from '../../test/chainIndex.ts'
import { tellStory } from '../../test/chainStory.ts'
import { openTestDatabase } from '../../test/database.ts'
import { eventDecoder } from './decode.ts'

let chain: TestChain

beforeAll(async () => {
  chain = await startChainWithMarket()
  await tellStory(chain)
})

afterAll(async () => {
  await chain.stop()
})

/** Who administers the hub is nothing of the market. */
function isOfMarket(event: string): boolean {
  return !event.startsWith('OwnershipTransfer')
}

test('Every log of the hub is an event, and has the name that its interface gives it', async () => {
  const { hub } = chain.contracts
  const raw = await chain.market.owner.getLogs({ address: hub, fromBlock: BigInt(chain.firstBlock) })
  const decode = eventDecoder(chain.contracts)

  const events = raw.map((log) =>
    decode({ ...log, address: hub.toLowerCase() as Address, topics: log.topics, logIndex: log.logIndex }),
  )

  const names = raw.map((log) => decodeEventLog({ abi: hubAbi, topics: log.topics as [Hex], data: log.data }).eventName)
  const known = names.filter(isOfMarket)
  expect(events.flatMap((event) => event?.kind ?? [])).toEqual(known)
  const interfaced = hubAbi.flatMap((item) => (item.type === 'event' ? [item.name] : [])).filter(isOfMarket)
  const never = interfaced.filter((name) => !known.includes(name))
  expect(never).toEqual([])
})

onBothEngines('an index of a story with every kind of event', (engine) => {
  test('says the same as the views of the chain', async () => {
    const database = await openTestDatabase(engine)

    await replay(chain, database)

    const { rows, chain: said } = await compareWithChain(database.read, chain)
    expect(rows.length).toBeGreaterThan(40)
    expect(rows).toEqual(said)
  })
})
