import { beforeAll, afterAll, expect, test } from 'vitest'
import { startChainWithMarket, type TestChain } from '../../test/chain.ts'
import { compareWithChain } from '../../test/chainCompare.ts'
import { replay } from '../../test/chainIndex.ts'
import { tellStory } from '../../test/chainStory.ts'
import { onBothEngines, openTestDatabase } from '../../test/database.ts'

let chain: TestChain

beforeAll(async () => {
  chain = await startChainWithMarket()
  await tellStory(chain)
})

afterAll(async () => {
  await chain.stop()
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
