// Checks the files of a listing: every rule of the format that needs no chain. Each fault is one sentence with its file and line.
import type { DeployedFile, ListingKind } from '@iexec/wire/listing'
import { isFolderName, logoFault, readPicture } from '@iexec/wire/listing'
import {
  deployedFile,
  iexecListingFile,
  readListingFile,
  storeFile,
  type IexecListingFile,
} from '@iexec/wire/listing/schema'
import { parseRlc } from '@iexec/protocol'
import type { z } from 'zod'
import { MOST_BYTES, readListed, type ListingFolder } from './folder.ts'
import { readJson, type FileFault } from './jsonFile.ts'

/** What came of checking the files of a listing. */
export type CheckedFiles = {
  /** What was looked at, also with faults. */
  readonly files: readonly string[]
  readonly faults: readonly FileFault[]
  /** What they say; only when they are right. */
  readonly listing: CheckedListing | undefined
}

/** A listing whose files are right. */
export type CheckedListing = {
  readonly folder: ListingFolder
  readonly kind: ListingKind
  readonly iexec: IexecListingFile
  readonly deployed: DeployedFile
  /** In which line of a file a value stands. */
  readonly lineOf: (file: 'iexec.json' | 'deployed.json', path: readonly (string | number)[]) => number | undefined
  /** What a run costs by iexec.json, in nRLC. */
  readonly price: bigint | undefined
}

const KINDS: readonly ListingKind[] = ['app', 'dataset', 'workerpool']

const OPTIONAL = ['store.json']

type Told = { readonly faults: FileFault[]; readonly files: string[] }
type LineOf = (path: readonly (string | number)[]) => number
type Parsed<Value> = { readonly value: Value; readonly lineOf: LineOf }

/**
 * Checks the files of a listing.
 *
 * @example
 * checkFiles(folder).faults // [{ file: 'me/app/iexec.json', line: 3, sentence: '"description" must have …' }]
 */
export function checkFiles(folder: ListingFolder): CheckedFiles {
  const told: Told = { faults: [], files: [] }
  checkNames(folder, told)
  const raw = openJson(folder, 'iexec.json', told)
  const kind = raw === undefined ? undefined : kindOf(raw.value)
  if (raw !== undefined && kind === undefined) {
    tell(folder, told, {
      file: 'iexec.json',
      line: 1,
      sentence: 'It lists nothing: "app", "dataset" or "workerpool" is missing.',
    })
  }
  const iexec =
    raw === undefined || kind === undefined
      ? undefined
      : check(folder, { ...raw, file: 'iexec.json', told }, iexecListingFile[kind])
  const price = iexec === undefined || kind === undefined ? undefined : checkIexec(folder, { ...iexec, kind, told })
  const places = openJson(folder, 'deployed.json', told)
  const deployed =
    places === undefined || kind === undefined
      ? undefined
      : check(folder, { ...places, file: 'deployed.json', told }, deployedFile[kind])
  checkLogo(folder, iexec, told)
  checkReadme(folder, told)
  checkStore(folder, told)
  const isRight = told.faults.length === 0 && iexec !== undefined && deployed !== undefined && kind !== undefined
  const lines = { 'iexec.json': iexec?.lineOf, 'deployed.json': deployed?.lineOf }
  return {
    ...told,
    listing: isRight
      ? {
          folder,
          kind,
          iexec: iexec.value,
          deployed: deployed.value,
          price,
          lineOf: (file, path) => lines[file]?.(path),
        }
      : undefined,
  }
}

/** How a file of a listing is named. */
export function shownFile({ shown }: ListingFolder, file: string): string {
  return shown === '' ? file : `${shown}/${file}`
}

function tell(folder: ListingFolder, { faults }: Told, fault: FileFault): void {
  faults.push({ ...fault, file: shownFile(folder, fault.file) })
}

function kindOf(value: unknown): ListingKind | undefined {
  return typeof value === 'object' && value !== null ? KINDS.find((kind) => kind in value) : undefined
}

/** Stores lead to a listing by its folders. */
function checkNames(folder: ListingFolder, told: Told): void {
  for (const wrong of [folder.org, folder.name].filter((name) => !isFolderName(name))) {
    const sentence = `The folder "${wrong}" must be called with letters, digits, dots, dashes and underscores, and not begin with a dot or a dash.`
    tell(folder, told, { file: 'iexec.json', line: 1, sentence })
  }
}

function openJson(folder: ListingFolder, file: string, told: Told): Parsed<unknown> | undefined {
  const read = readListed(folder.path, file, MOST_BYTES.json)
  if (!read.ok) {
    if (!OPTIONAL.includes(file) || !read.isMissing)
      tell(folder, told, { file, line: undefined, sentence: `${read.why}.` })
    return undefined
  }
  told.files.push(shownFile(folder, file))
  const json = readJson(new TextDecoder().decode(read.bytes))
  if (json.ok) return json
  tell(folder, told, { file, ...json })
  return undefined
}

type Given = Parsed<unknown> & { readonly file: string; readonly told: Told }

function check<Value>(
  folder: ListingFolder,
  { value, lineOf, file, told }: Given,
  schema: z.ZodType<Value>,
): Parsed<Value> | undefined {
  const read = readListingFile(schema, value)
  if (read.ok) return { value: read.value, lineOf }
  for (const { path, sentence } of read.faults) tell(folder, told, { file, line: lineOf(path), sentence })
  return undefined
}

type Iexec = Parsed<IexecListingFile> & { readonly kind: ListingKind; readonly told: Told }

/** @returns the price in nRLC */
function checkIexec(folder: ListingFolder, { value, lineOf, kind, told }: Iexec): bigint | undefined {
  const { price } = value[kind] ?? {}
  const name = value.app?.name ?? value.dataset?.name
  if (name !== undefined && asWord(name) !== asWord(folder.name)) {
    const sentence = `The folder must be called as what it lists: it is ${folder.name}, and "${kind}.name" is "${name}".`
    tell(folder, told, { file: 'iexec.json', line: lineOf([kind, 'name']), sentence })
  }
  try {
    return price === undefined ? undefined : parseRlc(String(price))
  } catch (error) {
    const sentence = `"${kind}.price" is no amount: ${error instanceof Error ? error.message : String(error)}`
    tell(folder, told, { file: 'iexec.json', line: lineOf([kind, 'price']), sentence })
    return undefined
  }
}

/** Names of folders have neither spaces nor capital letters. */
function asWord(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z\d]+/gu, '-')
}

function checkLogo(folder: ListingFolder, iexec: Parsed<IexecListingFile> | undefined, told: Told): void {
  const name = iexec?.value.logo ?? 'logo.png'
  const read = readListed(folder.path, name, MOST_BYTES.picture)
  if (read.ok) told.files.push(shownFile(folder, name))
  const sentence = read.ok ? logoFault(name, read.bytes) : `${read.why}.`
  if (sentence === undefined) return
  const isNamed = iexec?.value.logo !== undefined
  tell(
    folder,
    told,
    isNamed
      ? { file: 'iexec.json', line: iexec?.lineOf(['logo']), sentence }
      : { file: name, line: undefined, sentence },
  )
}

function checkReadme(folder: ListingFolder, told: Told): void {
  const read = readListed(folder.path, 'README.md', MOST_BYTES.text)
  if (read.ok) told.files.push(shownFile(folder, 'README.md'))
  const isEmpty = read.ok && new TextDecoder().decode(read.bytes).trim() === ''
  const sentence = read.ok ? (isEmpty ? 'README.md is empty.' : undefined) : `${read.why}.`
  if (sentence !== undefined) tell(folder, told, { file: 'README.md', line: undefined, sentence })
}

function checkStore(folder: ListingFolder, told: Told): void {
  const json = openJson(folder, 'store.json', told)
  const store = json === undefined ? undefined : check(folder, { ...json, file: 'store.json', told }, storeFile)
  for (const [place, name] of (store?.value.screenshots ?? []).entries()) {
    const read = readListed(folder.path, name, MOST_BYTES.picture)
    if (read.ok) told.files.push(shownFile(folder, name))
    const isPicture = read.ok && readPicture(read.bytes) !== undefined
    if (isPicture) continue
    const sentence = read.ok ? `${name} is neither a PNG nor a JPEG nor a WebP picture.` : `${read.why}.`
    tell(folder, told, { file: 'store.json', line: store?.lineOf(['screenshots', place]), sentence })
  }
}
