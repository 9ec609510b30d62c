import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { operatorVectors } from './operatorVectors.ts'
import { orderVectors } from './orderVectors.ts'
import { resultVectors } from './resultVectors.ts'

test.each([
  ['orders.json', orderVectors],
  ['results.json', resultVectors],
  ['operatorSignatures.json', operatorVectors],
])('vectors/%s is what its script writes', async (name, build) => {
  const committed = readFileSync(join(import.meta.dirname, '../vectors', name), 'utf8')

  expect(committed).toBe(`${JSON.stringify(await build(), null, 2)}\n`)
})
