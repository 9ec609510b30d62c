// From what somebody fills in to a listing that is ready to be proposed: the files of its folder.
import type { ListingInput } from '@iexec/wire/listing'
import type { Address, Hex } from 'viem'

/** An input of the app, as it is filled in. */
export type DraftInput = {
  readonly kind: ListingInput['kind']
  readonly label: string
  readonly arg: string
  readonly isRequired: boolean
  /** What the field begins with; of a choice, all that can be chosen, with commas between, the first one first. */
  readonly begin: string
}

/** A listing, as it is filled in. */
export type Draft = {
  /** Folders: of the GitHub organisation or user, and of the app. */
  readonly org: string
  readonly folder: string
  readonly description: string
  readonly author: string
  readonly license: string
  readonly website: string
  readonly github: string
  /** Arguments that are bought when nothing else is said. */
  readonly args: string
  readonly trust: string
  readonly categories: readonly string[]
  /** With commas between. */
  readonly tags: string
  readonly readme: string
  readonly inputs: readonly DraftInput[]
}

/** Before anything is filled in. */
export const EMPTY_DRAFT: Draft = {
  org: '',
  folder: '',
  description: '',
  author: '',
  license: 'Apache-2.0',
  website: '',
  github: '',
  args: '',
  trust: '',
  categories: [],
  tags: '',
  readme: '',
  inputs: [],
}

const KINDS: readonly string[] = ['text', 'number', 'choice', 'switch', 'file'] satisfies readonly DraftInput['kind'][]

/**
 * Reads what was kept of a listing: an older version of the site may have written it, or somebody by hand. What is not of its kind is
 * as before anything was filled in.
 *
 * @example
 * readDraft('{"org":"acme","inputs":[null]}') // { ...EMPTY_DRAFT, org: 'acme' }
 */
export function readDraft(text: string): Draft {
  const kept = fieldsOf(parse(text))
  const words = Object.entries(EMPTY_DRAFT).flatMap(([key, empty]) =>
    typeof empty === 'string' && typeof kept[key] === 'string' ? [[key, kept[key]] as const] : [],
  )
  const { categories, inputs } = kept
  return {
    ...EMPTY_DRAFT,
    ...Object.fromEntries(words),
    categories: listOf(categories).filter((one) => typeof one === 'string'),
    inputs: listOf(inputs).flatMap((one) => readDraftInput(fieldsOf(one)) ?? []),
  }
}

function readDraftInput({ kind, label, arg, isRequired, begin }: Fields): DraftInput | undefined {
  const isWhole = [label, arg, begin].every((one) => typeof one === 'string') && typeof isRequired === 'boolean'
  return isWhole && KINDS.includes(String(kind)) ? ({ kind, label, arg, isRequired, begin } as DraftInput) : undefined
}

type Fields = Readonly<Record<string, unknown>>

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The app, as the chain has it. */
export type ProposedApp = {
  readonly address: Address
  readonly chainId: number
  readonly owner: Address
  readonly name: string
  readonly type: string
  readonly multiaddr: string
  readonly checksum: Hex
  readonly mrenclave: Hex
}

/** The picture of the app, already looked at. */
export type ProposedLogo = { readonly name: string; readonly bytes: Uint8Array }

/** What has still to be filled in, or is wrong; words for it are `store:sell.fault.<field>`. */
export type DraftFault = 'app' | 'org' | 'folder' | 'description' | 'author' | 'license' | 'links' | 'logo' | 'inputs'

/** Characters of a description. */
export const LEAST_DESCRIPTION = 150
/** Longer ones are refused, too. */
export const MOST_DESCRIPTION = 2_000

const FOLDER = /^\w[\w.-]{0,99}$/u

/**
 * What has still to be filled in, in the order of the page.
 *
 * @example
 * draftFaults(EMPTY_DRAFT, { app: undefined, logo: undefined }) // ['app', 'org', 'folder', 'description', 'author', 'logo']
 */
export function draftFaults(
  draft: Draft,
  { app, logo }: { readonly app: ProposedApp | undefined; readonly logo: ProposedLogo | undefined },
): readonly DraftFault[] {
  const length = draft.description.trim().length
  const checks: readonly (readonly [DraftFault, boolean])[] = [
    ['app', app !== undefined],
    ['org', FOLDER.test(draft.org)],
    ['folder', FOLDER.test(draft.folder)],
    ['description', length >= LEAST_DESCRIPTION && length <= MOST_DESCRIPTION],
    ['author', draft.author.trim() !== ''],
    ['license', draft.license.trim() !== ''],
    ['links', [draft.website, draft.github].every(isLinkOrEmpty)],
    ['inputs', draft.inputs.every(({ label }) => label.trim() !== '')],
    ['logo', logo !== undefined],
  ]
  return checks.flatMap(([fault, isWell]) => (isWell ? [] : [fault]))
}

function isLinkOrEmpty(text: string): boolean {
  return text.trim() === '' || /^https?:\/\/[^\s/?#]+\S*$/iu.test(text.trim())
}

/**
 * The inputs of the form, as a listing has them: each with a name of its own.
 *
 * @example
 * inputsOf([{ kind: 'number', label: 'Samples', arg: '--samples {}', isRequired: false, begin: '16' }])
 * // [{ kind: 'number', name: 'samples', label: 'Samples', arg: '--samples {}', default: 16 }]
 */
export function inputsOf(drafts: readonly DraftInput[]): readonly ListingInput[] {
  const names = new Set<string>()
  return drafts.map((draft, place) => {
    const wish = nameOf(draft.label) || `input-${place + 1}`
    const name = names.has(wish) ? `${wish}-${place + 1}` : wish
    names.add(name)
    return inputOf(draft, name)
  })
}

/** A word of small letters; of a label in other letters nothing is left. */
function nameOf(label: string): string {
  return label
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^[^a-z]+|-+$/gu, '')
    .slice(0, 36)
}

function inputOf({ kind, label, arg, isRequired, begin }: DraftInput, name: string): ListingInput {
  const same = {
    name,
    label: label.trim(),
    ...(arg.trim() !== '' && { arg: arg.trim() }),
    ...(isRequired && { required: true }),
  }
  const text = begin.trim()
  switch (kind) {
    case 'text':
      return { kind, ...same, ...(text !== '' && { default: text }) }
    case 'number':
      return { kind, ...same, ...(text !== '' && Number.isFinite(Number(text)) && { default: Number(text) }) }
    case 'choice': {
      const values = wordsOf(text)
      const [first] = values
      return {
        kind,
        ...same,
        options: values.map((value) => ({ value })),
        ...(first !== undefined && { default: first }),
      }
    }
    case 'switch':
      return { kind, ...same }
    default:
      return { kind: 'file', ...same, ...(text !== '' && { accept: text }) }
  }
}

/** Words with commas between, each once. */
export function wordsOf(text: string): readonly string[] {
  return [...new Set(text.split(/[,，、]/u).map((word) => word.trim()))].filter((word) => word !== '')
}

/** Everything that a listing is made of. */
export type Proposal = { readonly draft: Draft; readonly app: ProposedApp; readonly logo: ProposedLogo }

/** The JSON files of a listing. */
export type ProposedFiles = {
  readonly iexec: Readonly<Record<string, unknown>>
  readonly deployed: { readonly app: Readonly<Record<string, Address>> }
  readonly store: Readonly<Record<string, unknown>>
}

/** The JSON files of a listing, as `iexec registry validate` reads them. */
export function jsonFilesOf({ draft, app, logo }: Proposal): ProposedFiles {
  const { chainId, address, mrenclave, ...asset } = app
  const tags = wordsOf(draft.tags.toLowerCase()).map((tag) =>
    tag.replaceAll(/[^a-z0-9]+/gu, '-').replaceAll(/^-|-$/gu, ''),
  )
  const inputs = inputsOf(draft.inputs)
  return {
    iexec: {
      description: draft.description.trim(),
      license: draft.license.trim(),
      author: draft.author.trim(),
      social: {
        ...(draft.website.trim() !== '' && { website: draft.website.trim() }),
        ...(draft.github.trim() !== '' && { github: draft.github.trim() }),
      },
      logo: logo.name,
      app: { ...asset, ...(mrenclave !== '0x' && { mrenclave }) },
      buyConf: {
        params: draft.args.trim() === '' ? {} : { iexec_args: draft.args.trim() },
        ...(/^\d{1,15}$/u.test(draft.trust) && { trust: draft.trust }),
      },
    },
    deployed: { app: { [chainId]: address } },
    store: {
      ...(draft.categories.length > 0 && { categories: draft.categories }),
      ...(tags.length > 0 && { tags: tags.filter((tag) => tag !== '') }),
      ...(inputs.length > 0 && { inputs }),
    },
  }
}

/** All files of a listing by their path in a registry. */
export function filesOf(proposal: Proposal): Readonly<Record<string, Uint8Array>> {
  const { draft, app, logo } = proposal
  const { iexec, deployed, store } = jsonFilesOf(proposal)
  const readme = draft.readme.trim() === '' ? `# ${app.name}\n\n${draft.description.trim()}` : draft.readme.trim()
  const texts = {
    'iexec.json': asJson(iexec),
    'deployed.json': asJson(deployed),
    ...(Object.keys(store).length > 0 && { 'store.json': asJson(store) }),
    'README.md': `${readme}\n`,
  }
  const encoder = new TextEncoder()
  const files = [
    ...Object.entries(texts).map(([name, text]) => [name, encoder.encode(text)] as const),
    [logo.name, logo.bytes] as const,
  ]
  return Object.fromEntries(files.map(([name, bytes]) => [`${draft.org}/${draft.folder}/${name}`, bytes]))
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
