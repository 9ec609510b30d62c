// The hub answers at one address with two pieces of code: what is in both must be the same, and all of it is listed.
import { spawnSync } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { toFunctionSelector } from 'viem'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildRelease, readArtifact, type Artifact } from '../../scripts/artifacts.ts'
import { forgeBinary } from '../../scripts/forge.ts'
import { isNamed, keyOf } from './compare.ts'
import { inBothParts } from './deliberate.ts'

describe('the two parts of the hub', () => {
  beforeAll(() => {
    buildRelease()
  })

  test('share only the functions of the contract that both are made from, and those are the same', () => {
    const hub = functionsOf(readArtifact('hub/Hub.sol'))
    const extension = functionsOf(readArtifact('hub/HubExtension.sol'))

    const shared = [...hub.keys()].filter((selector) => extension.has(selector))

    expect(shared.map((selector) => hub.get(selector)?.key)).toEqual(inBothParts)
    for (const selector of shared) expect(hub.get(selector)).toEqual(extension.get(selector))
  })

  test('mean the same event by the same topic, and the same error by the same selector', () => {
    const [hub, extension] = [readArtifact('hub/Hub.sol'), readArtifact('hub/HubExtension.sol')].map(
      ({ abi }) =>
        new Map(abi.filter((item) => isNamed(item) && item.type !== 'function').map((item) => [keyOf(item), item])),
    )

    for (const [key, item] of hub ?? []) if (extension?.has(key) === true) expect(item).toEqual(extension.get(key))
    expect(extension?.size).toBeGreaterThan(0)
  })
})

describe('the storage of the two parts', () => {
  // The extension runs on the hub's slots: a variable that only one part knew would lie over somebody's balance.
  test('is laid out alike, variable by variable', () => {
    const [hub, extension] = ['Hub', 'HubExtension'].map(storageOf)

    expect(extension).toEqual(hub)
    expect(hub?.map(({ label }) => label)).toContain('_accounts')
  })
})

type Variable = { readonly label: string; readonly slot: string; readonly offset: number; readonly type: string }

function storageOf(contract: string): readonly Variable[] {
  const { status, stdout, stderr } = spawnSync(forgeBinary(), ['inspect', contract, 'storageLayout', '--json'], {
    cwd: join(import.meta.dirname, '../..'),
    encoding: 'utf8',
    env: { ...process.env, PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) },
  })
  if (status !== 0) throw new Error(`forge cannot inspect ${contract}: ${stderr}`)
  const { storage } = JSON.parse(stdout) as { readonly storage: readonly Variable[] }
  // Type names hold the number of a syntax node, which differs from compilation to compilation.
  return storage.map(({ label, slot, offset, type }) => ({
    label,
    slot,
    offset,
    type: type.replaceAll(/\)\d+_/gu, ')_'),
  }))
}

type Answer = { readonly key: string; readonly outputs: unknown; readonly stateMutability: string }

function functionsOf({ abi }: Artifact): ReadonlyMap<string, Answer> {
  return new Map(
    abi.flatMap((item) => {
      if (item.type !== 'function') return []
      const { outputs, stateMutability } = item
      return [[toFunctionSelector(item), { key: keyOf(item), outputs, stateMutability }] as const]
    }),
  )
}
