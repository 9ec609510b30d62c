// Parts that several routes have in common: the fields of their paths, and the shapes of their answers.
import type { Address, Hex } from 'viem'
import { z } from 'zod'
import { pathAddress, pathHash, pathNumber } from '@iexec/wire'

/** A path that ends in an address. */
export const byAddress: z.ZodType<{ readonly address: Address }> = z.object({ address: pathAddress })

/** A path that ends in 32 bytes of this name. */
export function byHash<Name extends string>(name: Name): z.ZodType<{ readonly [N in Name]: Hex }> {
  return z.object({ [name]: pathHash }) as unknown as z.ZodType<{ readonly [N in Name]: Hex }>
}

/** A path that ends in a number of this name. */
export function byNumber<Name extends string>(name: Name): z.ZodType<{ readonly [N in Name]: number }> {
  return z.object({ [name]: pathNumber }) as unknown as z.ZodType<{ readonly [N in Name]: number }>
}
