// Shapes of answers for the description: `ok: true` and what stands beside it.
import { z } from 'zod'

/** Fields of a JSON object. */
type Fields = Readonly<Record<string, z.ZodType>>

/** `{ ok: true, …fields }` */
export function okAnswer(fields: Fields): z.ZodType {
  return z.object({ ok: z.literal(true), ...fields })
}

/** A page of a list. */
export function listAnswer(name: string, item: z.ZodType): z.ZodType {
  return okAnswer({ [name]: z.array(item), count: z.int().min(0), nextPage: z.int().optional() })
}

/** An item whose fields stand beside `ok`; some of them may be otherwise than in lists. */
export function itemAnswer(item: z.ZodType, changed: Fields = {}): z.ZodType {
  return item instanceof z.ZodObject
    ? okAnswer({ ...(item.shape as Fields), ...changed })
    : z.intersection(okAnswer({}), item)
}
