// The price list of a pool: what it sells, as its operator writes it down.
import { readFile } from 'node:fs/promises'
import { NO_TAG, decodeTag, encodeTag } from '@iexec/protocol'
import { sayWhy } from '@iexec/service'
import type { Hex } from 'viem'
import { z } from 'zod'

/** One thing that is for sale. */
export type Price = {
  readonly category: number
  /** In nRLC for one task. */
  readonly price: bigint
  readonly tag: Hex
  /** The highest trust that the pool promises. */
  readonly trust: number
  /** So many tasks are kept on offer. */
  readonly volume: number
}

const row = z.strictObject({
  category: z.int().min(0),
  price: z.union([z.int().min(0), z.string().regex(/^\d{1,15}$/u, 'must be a whole number of nRLC')]),
  tag: z.union([z.string(), z.array(z.string())]).optional(),
  trust: z.int().min(0).default(1),
  volume: z.int().min(1).default(100),
})
const list = z.strictObject({ orders: z.array(row).max(200) })

/**
 * Reads a price list.
 *
 * @throws Error in one sentence that names the file and what is wrong
 * @example
 * await readPrices('prices.json') // { "orders": [{ "category": 0, "price": "1000", "trust": 8, "volume": 100 }] }
 */
export async function readPrices(file: string): Promise<readonly Price[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const isAbsent = (cause as { readonly code?: unknown }).code === 'ENOENT'
    const why = isAbsent ? 'there is no such file' : sayWhy(cause)
    throw new Error(`The price list ${file} cannot be read: ${why}.`, { cause })
  })
  try {
    return parsePrices(text)
  } catch (cause) {
    throw new Error(`The price list ${file} is wrong: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
  }
}

/** Reads the text of a price list. @throws Error in one sentence */
export function parsePrices(text: string): readonly Price[] {
  const content: unknown = JSON.parse(text)
  const read = list.safeParse(content)
  if (!read.success) throw new Error(sayMistakes(read.error.issues, content))
  const prices = read.data.orders.map(({ price, tag, ...rest }) => ({ ...rest, price: BigInt(price), tag: tagOf(tag) }))
  const names = prices.map(nameOf)
  const twice = names.find((name, place) => names.indexOf(name) !== place)
  if (twice !== undefined) throw new Error(`two entries are for the same category, tag and trust: ${twice}.`)
  return prices
}

/** The first mistake with what stands there, and how many others there are. */
function sayMistakes([first, ...others]: readonly z.core.$ZodIssue[], content: unknown): string {
  if (first === undefined) return 'it is no price list.'
  const { path } = first
  const found = path.reduce<unknown>((inside, key) => (Object(inside) as Record<PropertyKey, unknown>)[key], content)
  const must = first.code === 'invalid_type' ? `must be a ${first.expected}` : first.message
  const where = path.length === 0 ? 'it' : `${path.join('.')} is ${JSON.stringify(found) ?? 'missing'}, and`
  const more = others.length === 0 ? '' : ` (and ${others.length} more mistake${others.length === 1 ? '' : 's'})`
  return `${where} ${must}${more}.`
}

function tagOf(tag: string | readonly string[] | undefined): Hex {
  const encoded = tag === undefined ? NO_TAG : encodeTag(tag)
  const { names } = decodeTag(encoded)
  if (names.includes('tee')) throw new Error('this version has no vault, so it cannot sell a TEE.')
  return encoded
}

/** What tells entries apart. */
export function nameOf({ category, tag, trust }: Price): string {
  return `category ${category}, trust ${trust}, tag ${tag}`
}
