// Writes vectors/matches.json, vectors/consensus.json and vectors/rewards.json, which forge and vitest read.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { consensusVectors } from './consensusVectors.ts'
import { matchVectors } from './matchVectors.ts'
import { rewardVectors } from './rewardVectors.ts'

const files = { 'matches.json': matchVectors(), 'consensus.json': consensusVectors(), 'rewards.json': rewardVectors() }
for (const [name, vectors] of Object.entries(files)) {
  writeFileSync(join(import.meta.dirname, '../vectors', name), `${JSON.stringify(vectors, null, 2)}\n`)
}
