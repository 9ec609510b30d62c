// Categories: how long a task may take.
import { z } from 'zod'
import { soughtWhole } from './field.ts'
import { count, origin, type Origin } from './shape.ts'

/** A category. */
export type CategoryItem = Origin & {
  readonly catid: number
  readonly chainId: number
  readonly name: string
  readonly description: string
  /** Seconds. */
  readonly workClockTimeRef: number
}

/** Reads a category. */
export const categoryItem: z.ZodType<CategoryItem> = z
  .object({
    catid: count,
    chainId: count,
    name: z.string(),
    description: z.string(),
    workClockTimeRef: count,
    ...origin,
  })
  .meta({ id: 'Category' })

/** What a list of categories can be asked for. Seconds, both included. */
export type CategoryQuery = {
  readonly minWorkClockTimeRef?: number | undefined
  readonly maxWorkClockTimeRef?: number | undefined
}

/** Reads the filters of categories. */
export const categoryQuery: z.ZodType<CategoryQuery> = z.object({
  minWorkClockTimeRef: soughtWhole,
  maxWorkClockTimeRef: soughtWhole,
})
