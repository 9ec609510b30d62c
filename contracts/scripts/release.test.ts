// What is committed is what the contracts say: typed ABIs, ABI files, the code that is deployed, and what each call costs.
// One file, one test after the other, because all of them use forge's release build.
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toFunctionSelector, type Abi } from 'viem'
import { hubAbi } from '@iexec/protocol/abi'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildRelease, readArtifact } from './artifacts.ts'
import { findStale, writeGenerated } from './generate.ts'

const house = join(import.meta.dirname, '../..')
let copy = ''

beforeAll(() => {
  buildRelease()
  copy = mkdtempSync(join(tmpdir(), 'generated-'))
})

afterAll(() => {
  rmSync(copy, { recursive: true, force: true })
})

test('every generated file is byte for byte what the contracts say: if not, run `pnpm generate`', async () => {
  const files = await writeGenerated(copy)

  const differing = files.filter(({ path }) => readFileSync(join(copy, path), 'utf8') !== readIfThere(path))

  expect(differing.map(({ path }) => path)).toEqual([])
  expect(await findStale(house)).toEqual([])
})

test('a generated file that was edited, removed or added by hand is found, and generating puts it right', async () => {
  await writeGenerated(copy)
  appendFileSync(join(copy, 'packages/protocol/src/abi/app.ts'), ' ')
  rmSync(join(copy, 'contracts/abi/registries/apps/App.json'))
  writeFileSync(join(copy, 'contracts/abi/Other.json'), '[]')

  expect(await findStale(copy)).toEqual([
    'packages/protocol/src/abi/app.ts',
    'contracts/abi/registries/apps/App.json',
    'contracts/abi/Other.json',
  ])

  await writeGenerated(copy)

  expect(await findStale(copy)).toEqual([])
})

test('the ABI of the hub has every function of both of its parts, each selector once', () => {
  const parts = ['hub/Hub.sol', 'hub/HubExtension.sol'].flatMap((source) => selectorsOf(readArtifact(source).abi))

  const merged = selectorsOf(hubAbi)

  expect(new Set(merged)).toEqual(new Set(parts))
  expect(merged).toHaveLength(new Set(merged).size)
})

// runs: npx -y pnpm@12.21.0 gas --check
test('every call costs what is committed and no more than its limit: if not, run `pnpm gas --update`', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'gas.ts'), '--check'], {
    cwd: house,
    encoding: 'utf8',
  })

  expect(stderr).toBe('')
  expect(status).toBe(0)
})

function selectorsOf(abi: Abi): readonly string[] {
  return abi.flatMap((item) => (item.type === 'function' ? [toFunctionSelector(item)] : []))
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(join(house, path), 'utf8')
  } catch {
    return undefined
  }
}
