// A worker as its own process: killed at each point of a place, no stake is lost, and nothing is computed twice.
import { afterAll, beforeAll, describe } from 'vitest'
import { closeHiring, openHiring } from './hiring.ts'

beforeAll(openHiring)
afterAll(closeHiring)

describe('a worker that ends before its time', async () => {
  await import('./kills.ts')
})

describe('the commands of a worker', async () => {
  await import('./commands.ts')
})
