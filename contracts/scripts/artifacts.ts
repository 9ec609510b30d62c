// What the compiler made of the contracts, in the form that is deployed: built by the release profile, read from its folder.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import type { Abi, Hex } from 'viem'
import { forgeBinary } from './forge.ts'

const contracts = join(import.meta.dirname, '..')

/** Where forge leaves the release build; `FOUNDRY_OUT` moves it, as it does for forge itself. */
const out = resolve(contracts, process.env['FOUNDRY_OUT'] ?? 'out-release')

/** Bytes of the runtime code that the constructor fills in, because their value is known only then. */
export type Span = { readonly start: number; readonly length: number }

/** One compiled contract. */
export type Artifact = {
  readonly abi: Abi
  /** Creation code, without constructor arguments. */
  readonly creation: Hex
  /** Runtime code, with zeros where immutables go. */
  readonly runtime: Hex
  readonly immutables: readonly Span[]
}

/**
 * Compiles everything under src/ with the release profile; quick when nothing changed, because forge keeps a cache.
 *
 * @throws Error with the compiler's own words when it does not compile
 * @example
 * buildRelease()
 */
export function buildRelease(): void {
  // bin/solc is a node script: it must find the node that runs this file, not whatever the machine has.
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter)
  const { status, error, stdout, stderr } = spawnSync(forgeBinary(), ['build', 'src'], {
    cwd: contracts,
    env: { ...process.env, PATH: path, FOUNDRY_PROFILE: 'release', FOUNDRY_LINT_LINT_ON_BUILD: 'false' },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`The contracts do not build for release:\n${stdout}\n${stderr}`)
}

/**
 * Reads one contract of the release build.
 *
 * @param source path of its source below src/
 * @example
 * readArtifact('hub/Hub.sol').abi
 */
export function readArtifact(source: string): Artifact {
  const file = source.split('/').at(-1) ?? source
  const { abi, bytecode, deployedBytecode } = JSON.parse(
    readFileSync(join(out, file, file.replace('.sol', '.json')), 'utf8'),
  ) as ForgeArtifact
  return {
    abi,
    creation: bytecode.object,
    runtime: deployedBytecode.object,
    immutables: Object.values(deployedBytecode.immutableReferences ?? {})
      .flat()
      .toSorted((left, right) => left.start - right.start),
  }
}

/** The part of forge's JSON that is read here. */
type ForgeArtifact = {
  readonly abi: Abi
  readonly bytecode: { readonly object: Hex }
  readonly deployedBytecode: {
    readonly object: Hex
    readonly immutableReferences?: Readonly<Record<string, readonly Span[]>>
  }
}
