// What a line asks of a book: the options of each kind, and the filters that they mean.
import { encodeTag, type OrderKind } from '@iexec/protocol'
import type { OrderFilters } from '@iexec/sdk'
import { isAddress, type Address } from 'viem'
import { CliError } from '../../cliError.ts'
import type { Call, Option } from '../../command.ts'
import { CHAIN_OPTION } from '../../options.ts'
import { addressArgument, isSet, text } from '../../session.ts'
import { wholeOption } from '../../values.ts'

/** Filters by their names on the wire. */
export type Filters = Readonly<Record<string, unknown>>

/** What one option asks for. */
export type Said = {
  /** As it was typed: `--tag`. */
  readonly flag: string
  readonly filters: Filters
  /** The filters of a book without it. */
  readonly without: Filters
}

/** What a line asks of a book. */
export type Sought = {
  readonly kind: OrderKind
  /** Whose orders; for those of all empty or, where markets want to be told, `any`. */
  readonly subject: Filters
  readonly said: readonly Said[]
  /** Sides of which nobody is named: orders for somebody in particular are not shown. */
  readonly open: readonly string[]
}

/** What each kind can be restricted to. */
const SIDES: { readonly [Kind in OrderKind]: readonly string[] } = {
  app: ['dataset', 'workerpool', 'requester'],
  dataset: ['app', 'workerpool', 'requester'],
  workerpool: ['app', 'dataset', 'requester'],
  request: ['workerpool'],
}

/** What is sought by its address, and is no restriction. */
const NAMED: { readonly [Kind in OrderKind]: readonly string[] } = {
  app: [],
  dataset: [],
  workerpool: [],
  request: ['app', 'dataset', 'beneficiary'],
}

const NUMBERS: { readonly [Kind in OrderKind]: readonly string[] } = {
  app: ['minVolume'],
  dataset: ['minVolume'],
  workerpool: ['minVolume', 'category', 'minTrust'],
  request: ['minVolume', 'category', 'maxTrust'],
}

const NUMBER_OPTIONS: Readonly<Record<string, Option>> = {
  minVolume: { flags: '--min-volume <n>', summary: 'with so many tasks left' },
  category: { flags: '--category <id>', summary: 'of this category' },
  minTrust: { flags: '--min-trust <n>', summary: 'with this trust, or more' },
  maxTrust: { flags: '--max-trust <n>', summary: 'with this trust, or less' },
}

/** The options of the book of a kind. */
export function filterOptions(kind: OrderKind): readonly Option[] {
  return [
    CHAIN_OPTION,
    { flags: '--tag <tag>', summary: 'with exactly this tag: tee,tdx,gpu', excludes: ['requireTag', 'maxTag'] },
    { flags: '--require-tag <tag>', summary: 'with all of this in the tag' },
    { flags: '--max-tag <tag>', summary: 'with nothing else in the tag' },
    ...NUMBERS[kind].flatMap((name) => NUMBER_OPTIONS[name] ?? []),
    ...NAMED[kind].map((name) => ({ flags: `--${name} <address>`, summary: `of this ${name}` })),
    ...SIDES[kind].flatMap((side) => [
      { flags: `--${side} <address>`, summary: `also what is only for this ${side}; any for all` },
      { flags: `--${side}-strict`, summary: `nothing but what is only for this ${side}` },
    ]),
  ]
}

/**
 * Reads what a line asks of a book.
 *
 * @throws CliError `Usage`, InputError `UnknownTag`
 */
export function readFilters(call: Call, kind: OrderKind): Sought {
  const subject = subjectOf(call, kind)
  const said = [
    ...tagFilters(call),
    ...NUMBERS[kind].flatMap((number) => numberFilter(call, number)),
    ...NAMED[kind].flatMap((one) => {
      const given = text(call, one)
      return given === undefined ? [] : [plain(`--${one}`, { [one]: addressArgument(given, `--${one}`) })]
    }),
    ...SIDES[kind].flatMap((side) => sideFilters(call, side)),
  ]
  return { kind, subject, said, open: SIDES[kind].filter((side) => text(call, side) === undefined) }
}

function subjectOf({ args: [address] }: Call, kind: OrderKind): Filters {
  const name = kind === 'request' ? 'requester' : kind
  if (address !== undefined) return { [name]: addressArgument(address, 'address') }
  return kind === 'app' || kind === 'dataset' ? { [name]: 'any' } : {}
}

/** The address whose orders are sought; `undefined` for those of all. */
export function whoseOf({ subject }: Pick<Sought, 'subject'>): Address | undefined {
  const [address] = Object.values(subject)
  return typeof address === 'string' && isAddress(address, { strict: false }) ? address : undefined
}

/** The filters as the SDK takes them. */
export function filtersOf({ subject, said }: Pick<Sought, 'subject' | 'said'>): OrderFilters {
  // The names are those of the kind: each is said by an option of the kind.
  return Object.assign({}, subject, ...said.map(({ filters }) => filters)) as OrderFilters
}

function plain(flag: string, filters: Filters): Said {
  return { flag, filters, without: {} }
}

function tagFilters(call: Call): readonly Said[] {
  const tag = (name: string): string | undefined => {
    const given = text(call, name)
    return given === undefined ? undefined : encodeTag(given)
  }
  const [exact, least, most] = [tag('tag'), tag('requireTag'), tag('maxTag')]
  return [
    ...(exact === undefined ? [] : [plain('--tag', { minTag: exact, maxTag: exact })]),
    ...(least === undefined ? [] : [plain('--require-tag', { minTag: least })]),
    ...(most === undefined ? [] : [plain('--max-tag', { maxTag: most })]),
  ]
}

function numberFilter(call: Call, name: string): readonly Said[] {
  const number = wholeOption(call, name)
  const flag = NUMBER_OPTIONS[name]?.flags.split(' ')[0] ?? name
  return number === undefined ? [] : [plain(flag, { [name]: number })]
}

function sideFilters(call: Call, side: string): readonly Said[] {
  const given = text(call, side)
  const isStrict = isSet(call, `${side}Strict`)
  if (given === undefined) {
    if (!isStrict) return []
    throw new CliError('Usage', `--${side}-strict says nothing without --${side}.`, {
      hints: [`Name the ${side}: --${side} 0x… --${side}-strict`],
    })
  }
  const whom = given === 'any' ? given : addressArgument(given, `--${side}`)
  const filters = { [side]: whom }
  if (!isStrict) return [{ flag: `--${side}`, filters, without: { [side]: 'any' } }]
  const name = `is${side.slice(0, 1).toUpperCase()}${side.slice(1)}Strict`
  return [{ flag: `--${side}-strict`, filters: { ...filters, [name]: true }, without: filters }]
}
