// The bundled program of a task's process is the one that its sources make.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { BUNDLE_FILE, bundleGuest } from '../../../scripts/bundleGuest.ts'

test('the bundle is made of the sources as they are; otherwise run `pnpm generate`', async () => {
  expect(readFileSync(BUNDLE_FILE, 'utf8') === (await bundleGuest())).toBe(true)
})
