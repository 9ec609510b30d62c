// What addresses of the store say behind the question mark, read with distrust: anybody may have written a link.
import type { Address, Hex } from 'viem'

/** How listings may be sorted; `usage` is the first choice. */
export const SORTS: readonly ['usage', 'name', 'price', 'success', 'time'] = [
  'usage',
  'name',
  'price',
  'success',
  'time',
]
/** One of them. */
export type Sort = (typeof SORTS)[number]

/** Which listings of the catalogue are shown. What is absent does not choose. */
export type StoreSearch = {
  readonly q?: string | undefined
  readonly category?: string | undefined
  readonly price?: 'free' | 'paid' | undefined
  readonly type?: string | undefined
  readonly tee?: true | undefined
  readonly sort?: Sort | undefined
  readonly page?: number | undefined
}

/** Reads which listings are shown. */
export function readStoreSearch(given: Readonly<Record<string, unknown>>): StoreSearch {
  const { q, category, price, type, tee, sort, page } = given
  return withoutNothing<StoreSearch>({
    q: textOf(q, 200),
    category: textOf(category, 60),
    price: (['free', 'paid'] as const).find((one) => one === price),
    type: textOf(type, 20),
    tee: tee === true || tee === 'true' || tee === 1 ? (true as const) : undefined,
    sort: SORTS.find((one) => one === sort),
    page: wholeOf(page, 2),
  })
}

/** How an app is run: the inputs of its form, or its arguments and files by hand; and the run that was bought. */
export type RunSearch = {
  /** By the names of inputs. */
  readonly inputs?: Readonly<Record<string, string | boolean>> | undefined
  readonly args?: string | undefined
  readonly files?: readonly string[] | undefined
  readonly trust?: number | undefined
  readonly category?: number | undefined
  /** Deal that the purchase becomes, or became. */
  readonly run?: Hex | undefined
  /** Registry that is meant, where several have a listing of this name: its place among those of the site. */
  readonly from?: number | undefined
}

/** So many inputs a form has at most. */
const MOST_INPUTS = 30
/** Longer ones no browser would carry. */
const LONGEST = 10_000

/** Reads how an app is run; `longest` is how long an input may be. */
export function readRunSearch(given: Readonly<Record<string, unknown>>, longest: number = LONGEST): RunSearch {
  const { inputs, args, files, trust, category, run, from } = given
  return withoutNothing({
    inputs: inputsOf(inputs, longest),
    args: textOf(args, longest),
    files: filesOf(files),
    trust: wholeOf(trust, 0),
    category: wholeOf(category, 0),
    run: typeof run === 'string' && /^0x[0-9a-f]{64}$/iu.test(run) ? (run.toLowerCase() as Hex) : undefined,
    from: wholeOf(from, 1),
  })
}

/** Which app is sold. */
export type SellSearch = { readonly app?: Address | undefined }

/** Reads which app is sold. */
export function readSellSearch({ app }: Readonly<Record<string, unknown>>): SellSearch {
  return typeof app === 'string' && /^0x[0-9a-f]{40}$/iu.test(app) ? { app: app as Address } : {}
}

function inputsOf(value: unknown, longest: number): Readonly<Record<string, string | boolean>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const entries = Object.entries(value as Readonly<Record<string, unknown>>)
    .slice(0, MOST_INPUTS)
    .flatMap(([name, one]): readonly (readonly [string, string | boolean])[] => {
      if (typeof one === 'boolean') return [[name, one]]
      const text = textOf(one, longest)
      return text === undefined ? [] : [[name, text]]
    })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

function filesOf(value: unknown): readonly string[] | undefined {
  const files = (Array.isArray(value) ? value : [value]).flatMap((one) => textOf(one, 2_000) ?? []).slice(0, 100)
  return files.length === 0 ? undefined : files
}

/** The router reads numbers in addresses as numbers. */
function textOf(value: unknown, longest: number): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && text.trim() !== '' && text.length <= longest ? text : undefined
}

function wholeOf(value: unknown, least: number): number | undefined {
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN
  return Number.isSafeInteger(number) && number >= least ? number : undefined
}

function withoutNothing<Found extends object>(found: Found): Found {
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Found
}
