// Writes vectors/orders.json, results.json and operatorSignatures.json, which forge and vitest read. Run it when a vector is added.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { operatorVectors } from './operatorVectors.ts'
import { orderVectors } from './orderVectors.ts'
import { resultVectors } from './resultVectors.ts'

const files = {
  'orders.json': await orderVectors(),
  'results.json': await resultVectors(),
  'operatorSignatures.json': await operatorVectors(),
}
for (const [name, vectors] of Object.entries(files)) {
  writeFileSync(join(import.meta.dirname, '../vectors', name), `${JSON.stringify(vectors, null, 2)}\n`)
}
