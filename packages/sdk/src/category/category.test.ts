// Categories on a real chain.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSdkMarket, type SdkMarket } from '../../test/market.ts'

let market: SdkMarket
beforeAll(async () => {
  market = await startSdkMarket()
})
afterAll(async () => {
  await market.stop()
})

test('the owner of the market adds a category, which everybody sees', async () => {
  const owner = await market.user(0)
  const category = { name: 'XXL', description: 'a day', workClockTimeRef: 86_400n }
  const count = await owner.categories.count()

  const { index } = await owner.categories.create(category)

  expect(index).toBe(count)
  expect(await owner.categories.show(index)).toEqual({ index, ...category })
  await expect(owner.categories.show(count + 1n)).rejects.toMatchObject({ code: 'NotFound' })
})

test('nobody else adds one: the contracts say so before anything is signed', async () => {
  const alice = await market.user(1)

  await expect(
    alice.categories.create({ name: 'XXL', description: 'a day', workClockTimeRef: 86_400n }),
  ).rejects.toMatchObject({ code: 'Refused', details: { name: 'OwnableUnauthorizedAccount' } })
})
