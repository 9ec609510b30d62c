// Writes what is derived from the compiled contracts: typed ABIs, ABI files under the names that clients know, and the
// code that is deployed. `pnpm generate` writes into the repository; a test compares what is there byte for byte.
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { format, type FormatConfig } from 'oxfmt'
import { keccak256, size } from 'viem'
import type { Abi, Hex } from 'viem'
import { buildRelease, readArtifact, type Artifact } from './artifacts.ts'
import { groupByName, listFallbacks, mergeAbis, withoutInternalTypes, type AbiItem } from './generate/abi.ts'

const house = join(import.meta.dirname, '../..')

/** Folders that hold generated files only: what is not generated any more is removed from them. */
const GENERATED_FOLDERS = ['contracts/abi', 'packages/protocol/src/abi']

/** A generated file: its path below the root of the repository, with forward slashes, and its text. */
export type Generated = { readonly path: string; readonly text: string }

/**
 * Makes every generated file from the release build, formatted as the repository formats.
 *
 * @example
 * buildRelease()
 * for (const { path, text } of await listGenerated()) console.log(path, text.length)
 */
export async function listGenerated(): Promise<readonly Generated[]> {
  const files = [...typedAbis(), ...itemFiles(), ...abiFiles(), bytecode()]
  const options = JSON.parse(readFileSync(join(house, '.oxfmtrc.json'), 'utf8')) as FormatConfig
  return Promise.all(files.map(async ({ path, text }) => ({ path, text: (await format(path, text, options)).code })))
}

/**
 * Writes the generated files that are missing or differ, and removes those that nothing generates any more. At every moment
 * each file is whole: others may be reading it.
 *
 * @example
 * await writeGenerated(root)
 */
export async function writeGenerated(root: string): Promise<readonly Generated[]> {
  const files = await listGenerated()
  for (const { path, text } of files) {
    if (readIfThere(join(root, path)) !== text) replaceFile(join(root, path), text)
  }
  for (const path of listStrays(root, files)) rmSync(join(root, path))
  return files
}

function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const whole = `${path}.${process.pid}`
  writeFileSync(whole, text)
  renameSync(whole, path)
}

/**
 * Paths of the generated files that are missing or say something else than the contracts, and of files that lie among them
 * without being generated.
 *
 * @example
 * await findStale(root) // []
 */
export async function findStale(root: string): Promise<readonly string[]> {
  const files = await listGenerated()
  const stale = files.filter(({ path, text }) => readIfThere(join(root, path)) !== text).map(({ path }) => path)
  return [...stale, ...listStrays(root, files)]
}

function listStrays(root: string, files: readonly Generated[]): readonly string[] {
  const known = new Set(files.map(({ path }) => path))
  return globSync(
    GENERATED_FOLDERS.map((folder) => `${folder}/**/*.*`),
    { cwd: root },
  )
    .map((path) => path.replaceAll(sep, '/'))
    .filter((path) => !known.has(path))
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/** An interface; its functions and events lie one by one in the file of items that is named. */
type TypedAbi = {
  readonly name: string
  readonly sources: readonly string[]
  readonly about: string
  readonly items: keyof typeof ITEM_FILES
}

/** Whose functions and events can be had one by one, for those who load their code over a network. */
const ITEM_FILES = {
  hub: 'The hub',
  registry: 'The registers of apps, datasets and workerpools',
  asset: 'Apps, datasets and workerpools',
  rlc: 'The token',
  poolOperator: 'The contract that owns a workerpool',
} as const

const TYPED_ABIS: readonly TypedAbi[] = [
  {
    name: 'hub',
    sources: ['hub/Hub.sol', 'hub/HubExtension.sol'],
    about: 'The hub: both parts of its code, which answer at one address.',
    items: 'hub',
  },
  {
    name: 'appRegistry',
    sources: ['registries/apps/AppRegistry.sol'],
    about: 'The register of apps.',
    items: 'registry',
  },
  {
    name: 'datasetRegistry',
    sources: ['registries/datasets/DatasetRegistry.sol'],
    about: 'The register of datasets.',
    items: 'registry',
  },
  {
    name: 'workerpoolRegistry',
    sources: ['registries/workerpools/WorkerpoolRegistry.sol'],
    about: 'The register of workerpools.',
    items: 'registry',
  },
  { name: 'app', sources: ['registries/apps/App.sol'], about: 'One app.', items: 'asset' },
  { name: 'dataset', sources: ['registries/datasets/Dataset.sol'], about: 'One dataset.', items: 'asset' },
  { name: 'workerpool', sources: ['registries/workerpools/Workerpool.sol'], about: 'One workerpool.', items: 'asset' },
  { name: 'rlc', sources: ['token/RLC.sol'], about: 'The token.', items: 'rlc' },
  {
    name: 'poolOperator',
    sources: ['pool/PoolOperator.sol'],
    about: 'A contract that owns a workerpool for a cold owner and his operators.',
    items: 'poolOperator',
  },
]

function typedAbis(): readonly Generated[] {
  const files = TYPED_ABIS.map(({ name, sources, about, items }) =>
    typedAbi({ name, about, items: abiOf(sources), parts: { items: itemsOf(items), errors: allErrors() }, of: items }),
  )
  const names = TYPED_ABIS.map(({ name }) => `export { ${name}Abi } from './${name}.ts'`).toSorted()
  const index = `// The interfaces of the contracts, as viem reads them. ${BY_WHOM}\n${names.join('\n')}\n`
  return [...files, contractErrors(), { path: 'packages/protocol/src/abi/index.ts', text: index }]
}

const BY_WHOM = 'Generated by `pnpm generate`; not edited by hand.'

type Interface = {
  readonly name: string
  readonly about: string
  readonly items: readonly AbiItem[]
  /** What lies one by one in files of its own, by what they are called here. */
  readonly parts: { readonly items: readonly AbiItem[]; readonly errors: readonly AbiItem[] }
  /** The file of items. */
  readonly of: string
}

/** An interface, put together of what lies one by one elsewhere. */
function typedAbi({ name, about, items, parts, of }: Interface): Generated {
  const placeOf = new Map(
    Object.entries(parts).flatMap(([file, known]) =>
      groupByName(known).map(([item, , same]) => [textOf(same), `${file}.${item}`] as const),
    ),
  )
  const own: string[] = []
  const places = groupByName(items).map(([item, , same]) => {
    const text = textOf(same)
    const place = placeOf.get(text)
    if (place !== undefined) return place
    own.push(`\nconst ${item} = ${text} as const\n`)
    return item
  })
  const used = Object.keys(parts).filter((file) => places.some((place) => place.startsWith(`${file}.`)))
  const imports = used.map((file) => `import * as ${file} from './items/${file === 'items' ? of : file}.ts'\n`)
  const type = `readonly [${places.map((place) => `...typeof ${place}`).join(', ')}]`
  const value = `[${places.map((place) => `...${place}`).join(', ')}]`
  return {
    path: `packages/protocol/src/abi/${name}.ts`,
    text: `// ${about} ${BY_WHOM}\n${imports.join('')}${own.join('')}\n/** ${about} */\nexport const ${name}Abi: ${type} = ${value}\n`,
  }
}

/** All errors in one piece, for those who read whatever a contract answers: put together of items, it would weigh more. */
function contractErrors(): Generated {
  const about = 'The errors of all contracts; those that several of them have, once.'
  return {
    path: 'packages/protocol/src/abi/errors.ts',
    text: `// ${about} ${BY_WHOM}\n\n/** ${about} */\nexport const errorsAbi = ${textOf(allErrors())} as const\n`,
  }
}

function textOf(items: readonly AbiItem[]): string {
  return JSON.stringify(withoutInternalTypes(items))
}

function itemsOf(file: TypedAbi['items']): readonly AbiItem[] {
  const sources = TYPED_ABIS.flatMap((typed) => (typed.items === file ? typed.sources : []))
  return abiOf(sources).filter(({ type }) => type !== 'error')
}

function allErrors(): readonly AbiItem[] {
  return abiOf(TYPED_ABIS.flatMap(({ sources }) => sources)).filter(({ type }) => type === 'error')
}

function itemFiles(): readonly Generated[] {
  const files = (Object.keys(ITEM_FILES) as readonly TypedAbi['items'][]).map((name) =>
    itemFile(name, `${ITEM_FILES[name]}: each function and event`, itemsOf(name)),
  )
  return [...files, itemFile('errors', 'The contracts: each error', allErrors())]
}

function itemFile(name: string, what: string, items: readonly AbiItem[]): Generated {
  const constants = groupByName(items).map(
    ([item, signatures, same]) =>
      `/** ${signatures.map((each) => `\`${each}\``).join(', ')} */\nexport const ${item} = ${textOf(same)} as const\n`,
  )
  const head = `// ${what} by itself, so that a bundler drops those that nobody uses. ${BY_WHOM}\n`
  return { path: `packages/protocol/src/abi/items/${name}.ts`, text: [head, ...constants].join('\n') }
}

/** The file names by which clients import the interfaces; those of contracts.md §17. */
const ABI_FILES: Readonly<Record<string, readonly string[]>> = {
  'IexecInterfaceToken.json': ['hub/Hub.sol', 'hub/HubExtension.sol'],
  'registries/Registry.json': ['registries/Registry.sol'],
  'registries/RegistryEntry.json': ['interfaces/IRegistryEntry.sol'],
  'registries/apps/App.json': ['registries/apps/App.sol'],
  'registries/apps/AppRegistry.json': ['registries/apps/AppRegistry.sol'],
  'registries/datasets/Dataset.json': ['registries/datasets/Dataset.sol'],
  'registries/datasets/DatasetRegistry.json': ['registries/datasets/DatasetRegistry.sol'],
  'registries/workerpools/Workerpool.json': ['registries/workerpools/Workerpool.sol'],
  'registries/workerpools/WorkerpoolRegistry.json': ['registries/workerpools/WorkerpoolRegistry.sol'],
}

function abiFiles(): readonly Generated[] {
  return Object.entries(ABI_FILES).map(([name, sources]) => ({
    path: `contracts/abi/${name}`,
    text: JSON.stringify([...abiOf(sources), ...listFallbacks(readArtifact(sources[0] ?? '').abi)], null, 2),
  }))
}

function abiOf(sources: readonly string[]): readonly AbiItem[] {
  return mergeAbis(sources.map((source): Abi => readArtifact(source).abi))
}

/** What a market consists of, by the names that its addresses have. */
const DEPLOYED: Readonly<Record<string, string>> = {
  token: 'token/RLC.sol',
  appregistry: 'registries/apps/AppRegistry.sol',
  datasetregistry: 'registries/datasets/DatasetRegistry.sol',
  workerpoolregistry: 'registries/workerpools/WorkerpoolRegistry.sol',
  hubExtension: 'hub/HubExtension.sol',
  hub: 'hub/Hub.sol',
}

function bytecode(): Generated {
  const codes = Object.entries(DEPLOYED).map(([name, source]) => `${name}: ${codeOf(readArtifact(source))}`)
  const text = `// The code of everything that a market consists of, compiled by the release profile. ${BY_WHOM}

/** For each contract its creation code, and how to recognise the code that it leaves on chain. */
export const marketCode = { ${codes.join(', ')} } as const

/** The same of the contract that owns a workerpool for its operators; no part of a market. */
export const poolOperatorCode = ${codeOf(readArtifact('pool/PoolOperator.sol'))} as const
`
  return { path: 'packages/chain/src/deploy/bytecode.ts', text }
}

function codeOf({ creation, runtime, immutables }: Artifact): string {
  const spans = immutables.map(({ start, length }) => `[${start}, ${length}]`)
  return `{
    creation: '${creation}',
    /** What the creation code leaves on chain: its size, and its hash with zeros in place of its immutables. */
    runtimeSize: ${size(runtime)},
    runtimeHash: '${keccak256(runtime satisfies Hex)}',
    immutables: [${spans.join(', ')}],
  }`
}

if (import.meta.main) {
  buildRelease()
  const files = await writeGenerated(house)
  console.log(`${files.length} files are what the contracts say.`)
}
