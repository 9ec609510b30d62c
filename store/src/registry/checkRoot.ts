// Checks what stands in the root of a registry: registry.json and partners.json, both optional.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readListingFile } from '@iexec/wire/listing/schema'
import { z } from 'zod'
import { MOST_BYTES, readListed, type RegistryFolder } from './folder.ts'
import { readJson, type FileFault } from './jsonFile.ts'

/** An entry of registry.json: what is listed, since when, and where in the order. */
export type RegistryEntry = {
  readonly name: string
  readonly org: string
  /** ISO 8601. */
  readonly created: string
  readonly rank: number
}

const filled = z.string().trim().min(1)
const DATE = 'a date in ISO 8601'
const created = z.union([
  z.iso.date(DATE),
  z.iso.datetime({ offset: true, local: true, error: DATE }),
  // Without seconds.
  z.iso.datetime({ offset: true, local: true, precision: -1, error: DATE }),
])

/** Reads registry.json. */
const registryFile: z.ZodType<readonly RegistryEntry[]> = z.array(
  z.strictObject({ name: filled, org: filled, created, rank: z.int() }),
)

/** Reads partners.json: banners of a store. */
const partnersFile: z.ZodType = z.array(
  z.strictObject({
    type: z.enum(['partner', 'custom']),
    org: filled,
    name: filled,
    description: z.string(),
    social: z.record(z.string(), z.string()),
    logo: z.string(),
    created,
    rank: z.int(),
    button: z.boolean().optional(),
    buttonText: z.string().optional(),
    theme: z.string().optional(),
    license: z.string().optional(),
  }),
)

/** What came of checking the root. */
export type CheckedRoot = {
  readonly files: readonly string[]
  readonly faults: readonly FileFault[]
  /** Of registry.json, when it is there and right. */
  readonly entries: readonly RegistryEntry[]
}

/** Checks what stands in the root of a registry. */
export function checkRoot({ path, isRoot, listings }: RegistryFolder): CheckedRoot {
  if (!isRoot) return { files: [], faults: [], entries: [] }
  const registry = checkRootFile(path, 'registry.json', registryFile)
  const partners = checkRootFile(path, 'partners.json', partnersFile)
  return {
    files: [...registry.files, ...partners.files],
    faults: [...registry.faults, ...findStrays(registry, listings), ...partners.faults],
    entries: registry.value ?? [],
  }
}

/** Entries without a folder, and those that stand twice: told beside all other faults, so that one look finds everything. */
function findStrays(
  { json, lineOf }: Checked<readonly RegistryEntry[]>,
  listings: RegistryFolder['listings'],
): readonly FileFault[] {
  const names = Array.isArray(json) ? json.map(nameOf) : []
  return names.flatMap((name, place) => {
    const fault = (sentence: string): readonly FileFault[] => [
      { file: 'registry.json', line: lineOf([place]), sentence },
    ]
    if (name === undefined) return []
    if (names.indexOf(name) < place) return fault(`${name} stands here a second time.`)
    return listings.some((one) => `${one.org}/${one.name}` === name) ? [] : fault(`There is no folder ${name}.`)
  })
}

function nameOf(entry: unknown): string | undefined {
  const { org, name } = (entry ?? {}) as { readonly org?: unknown; readonly name?: unknown }
  return typeof org === 'string' && typeof name === 'string' ? `${org}/${name}` : undefined
}

type Checked<Value> = {
  readonly files: readonly string[]
  readonly faults: readonly FileFault[]
  /** What it says, when it is right. */
  readonly value?: Value
  /** What it says, right or not. */
  readonly json?: unknown
  readonly lineOf: (path: readonly (string | number)[]) => number | undefined
}

function checkRootFile<Value>(root: string, file: string, schema: z.ZodType<Value>): Checked<Value> {
  const none = { files: [], faults: [], lineOf: () => undefined }
  if (!existsSync(join(root, file))) return none
  const bytes = readListed(root, file, MOST_BYTES.text)
  if (!bytes.ok) return { ...none, faults: [{ file, line: undefined, sentence: `${bytes.why}.` }] }
  const json = readJson(new TextDecoder().decode(bytes.bytes))
  if (!json.ok) return { ...none, files: [file], faults: [{ file, line: json.line, sentence: json.sentence }] }
  const read = readListingFile(schema, json.value)
  return read.ok
    ? { files: [file], faults: [], value: read.value, json: json.value, lineOf: json.lineOf }
    : {
        files: [file],
        faults: read.faults.map(({ path, sentence }) => ({ file, line: json.lineOf(path), sentence })),
        json: json.value,
        lineOf: json.lineOf,
      }
}
