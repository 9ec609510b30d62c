import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { consensusVectors } from './consensusVectors.ts'
import { matchVectors } from './matchVectors.ts'
import { rewardVectors } from './rewardVectors.ts'

test.each([
  ['matches.json', matchVectors],
  ['consensus.json', consensusVectors],
  ['rewards.json', rewardVectors],
])('vectors/%s is what its script writes', (name, build) => {
  const committed = readFileSync(join(import.meta.dirname, '../vectors', name), 'utf8')

  expect(committed).toBe(`${JSON.stringify(build(), null, 2)}\n`)
})
