import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { IEXEC, openTestRegistry } from '../../test/listing.ts'
import { buildRegistry } from './buildRegistry.ts'

test('an index is made of a registry with faults, and says that it has them', async () => {
  const { path, write } = openTestRegistry()
  const out = mkdtempSync(join(tmpdir(), 'iexec-index-'))
  const said = vi.spyOn(console, 'error').mockReturnValue()
  vi.spyOn(console, 'log').mockReturnValue()
  onTestFinished(() => {
    vi.restoreAllMocks()
    rmSync(out, { recursive: true, force: true })
  })

  expect(await buildRegistry([path, '--out', out])).toBe(0)
  expect(said.mock.calls).toEqual([])
  write('ada/hello/iexec.json', { ...IEXEC, licence: 'MIT' })
  expect(await buildRegistry([path, '--out', out])).toBe(0)

  expect(said.mock.calls).toEqual([[`Faults in ${path}: 1. iexec registry validate names each with its line.`]])
})
