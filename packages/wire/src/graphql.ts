// The body of a request to GraphQL.
import { z } from 'zod'
import { mustBeObject, text } from './field.ts'

/** A question in GraphQL. */
export type GraphqlBody = {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly operationName: string | null
}

/** Reads a question in GraphQL. */
export const graphqlBody: z.ZodType<GraphqlBody> = z
  .object(
    {
      query: text({ min: 1, max: 100_000 }),
      variables: z.record(z.string(), z.unknown(), { error: 'must be an object' }).nullish(),
      operationName: text({ max: 200 }).nullish(),
    },
    mustBeObject,
  )
  .transform(({ query, variables, operationName }) => ({
    query,
    variables: variables ?? {},
    operationName: operationName ?? null,
  }))
