// A worker with a real chain, a real hub and real engines: from an offer to what the chain says of it.
import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import { openScene, scene } from '../test/scene.ts'

beforeAll(openScene)
afterAll(async () => scene.stop())
beforeEach(() => {
  scene.mend()
})

describe('an offer', async () => {
  await import('../test/votes.ts')
})

describe('a worker among others', async () => {
  await import('../test/company.ts')
})
