// The parts of answers: plain JSON as the market writes it. Clients read answers with them, and the API's description shows them.
import type { Address, Hex } from 'viem'
import { z } from 'zod'

/** An address with its checksum. */
export const address: z.ZodType<Address> = z.string().regex(/^0x[0-9a-fA-F]{40}$/u) as unknown as z.ZodType<Address>
/** A hash or an id of 32 bytes, in lower case. */
export const hash: z.ZodType<Hex> = z.string().regex(/^0x[0-9a-f]{64}$/u) as unknown as z.ZodType<Hex>
/** Bytes in hex. */
export const hex: z.ZodType<Hex> = z.string().regex(/^0x[0-9a-f]*$/u) as unknown as z.ZodType<Hex>
/** A whole number from 0 to 2^53-1; larger ones of the chain are capped. */
export const count: z.ZodType<number> = z.int().min(0)
/** Seconds since 1970, as the chain counts them. */
export const seconds: z.ZodType<number> = z.int().min(0)
/** A moment in ISO 8601 with milliseconds, in UTC. */
export const moment: z.ZodType<string> = z.iso.datetime({ precision: 3 })

/** The block and the transaction that something came from. */
export type Origin = {
  readonly blockNumber: number
  /** ISO 8601 with milliseconds. */
  readonly blockTimestamp: string
  readonly transactionHash: Hex
}

/** Parts of a schema for `Origin`. */
export const origin: {
  readonly blockNumber: z.ZodType<number>
  readonly blockTimestamp: z.ZodType<string>
  readonly transactionHash: z.ZodType<Hex>
} = { blockNumber: count, blockTimestamp: moment, transactionHash: hash }
