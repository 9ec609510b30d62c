// The floors hold in this house, and the check notices each way of breaking them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { findFloorFaults } from './floors.ts'
import { houseRoot } from './house.ts'

const built: string[] = []

/** Builds a house from its source files; every package named by a path gets a package.json. */
function buildHouse(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'house-'))
  built.push(root)
  const names: Readonly<Record<string, string>> = {
    '.': 'house',
    contracts: '@iexec/contracts',
    'packages/protocol': '@iexec/protocol',
    'packages/chain': '@iexec/chain',
    'packages/wire': '@iexec/wire',
    'packages/sdk': '@iexec/sdk',
    'services/market': '@iexec/market',
    'services/worker': '@iexec/worker',
  }
  const manifests = Object.entries(names).map(([folder, name]) => [`${folder}/package.json`, JSON.stringify({ name })])
  for (const [path, text] of [...manifests, ...Object.entries(files)]) {
    if (path === undefined || text === undefined) continue
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

afterEach(() => {
  for (const root of built.splice(0)) rmSync(root, { recursive: true, force: true })
})

test('our own house keeps its floors', () => {
  expect(findFloorFaults(houseRoot)).toEqual([])
})

test('imports that go down are fine, and so are the tools of the contracts and text that only looks like an import', () => {
  const root = buildHouse({
    'packages/sdk/src/index.ts': "import { hashOrder } from '@iexec/protocol'\nexport * from '@iexec/chain'\n",
    'packages/protocol/src/index.ts': "// import '@iexec/sdk'\nexport const text = `import '@iexec/sdk'`\n",
    'contracts/scripts/deploy.ts': "import '@iexec/chain'\nimport './addresses.ts'\n",
  })

  expect(findFloorFaults(root)).toEqual([])
})

test.each([
  ['import', "import { run } from '@iexec/sdk'"],
  ['type import', "import type { Run } from '@iexec/sdk'"],
  ['import of an entry', "import { run } from '@iexec/sdk/run'"],
  ['re-export', "export * from '@iexec/sdk'"],
  ['dynamic import', "export const sdk = await import('@iexec/sdk')"],
])('a %s that goes up a floor is a fault', (_, source) => {
  const root = buildHouse({ 'packages/chain/src/index.ts': source })

  expect(findFloorFaults(root)).toEqual([
    'packages/chain/src/index.ts: packages/chain (floor 2) must not import packages/sdk (floor 3).',
  ])
})

test('packages of one floor do not import one another', () => {
  const root = buildHouse({ 'packages/chain/src/index.ts': "import '@iexec/wire'" })

  expect(findFloorFaults(root)).toHaveLength(1)
})

test('a service never imports another service', () => {
  const root = buildHouse({ 'services/market/src/main.ts': "import '@iexec/worker'" })

  expect(findFloorFaults(root)).toEqual([
    'services/market/src/main.ts: services/market (floor 4) must not import services/worker (floor 4).',
  ])
})

test('nothing imports the contracts', () => {
  const root = buildHouse({ 'packages/chain/src/index.ts': "import '@iexec/contracts'" })

  expect(findFloorFaults(root)).toEqual([
    'packages/chain/src/index.ts: packages/chain (floor 2) must not import contracts.',
  ])
})

test('the contracts import nothing above their tools', () => {
  const root = buildHouse({ 'contracts/scripts/deploy.ts': "import '@iexec/sdk'" })

  expect(findFloorFaults(root)).toEqual([
    'contracts/scripts/deploy.ts: contracts must not import packages/sdk (floor 3).',
  ])
})

test('a dependency that goes up a floor is a fault even when nothing imports it', () => {
  const manifest = { name: '@iexec/protocol', devDependencies: { '@iexec/sdk': 'workspace:*' } }
  const root = buildHouse({ 'packages/protocol/package.json': JSON.stringify(manifest) })

  expect(findFloorFaults(root)).toEqual([
    'packages/protocol/package.json: packages/protocol (floor 1) must not import packages/sdk (floor 3).',
  ])
})

test('the root names the packages that the command runs, and no other', () => {
  const devDependencies = { '@iexec/worker': 'workspace:*', '@iexec/sdk': 'workspace:*' }
  const root = buildHouse({ './package.json': JSON.stringify({ name: 'house', devDependencies }) })

  expect(findFloorFaults(root)).toEqual(['./package.json: . must not import packages/sdk (floor 3).'])
})

test('a relative import never leaves its package', () => {
  const root = buildHouse({
    'packages/sdk/src/index.ts': "import '../../protocol/src/index.ts'\nimport './run.ts'\n",
    'scripts/check.ts': "import '../contracts/scripts/forge.ts'\n",
  })

  expect(findFloorFaults(root)).toEqual([
    'scripts/check.ts: the relative import ../contracts/scripts/forge.ts leaves the root package.',
    'packages/sdk/src/index.ts: the relative import ../../protocol/src/index.ts leaves packages/sdk.',
  ])
})

test('a package without a floor is a fault', () => {
  const root = buildHouse({ 'packages/attic/package.json': '{"name":"@iexec/attic"}' })

  expect(findFloorFaults(root)).toEqual(['packages/attic has no floor: give it one in scripts/floors.ts.'])
})
