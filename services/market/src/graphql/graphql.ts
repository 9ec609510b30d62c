// The subgraph's names and query dialect over the tables: a document in, an answer in GraphQL's format out.
import { GraphQLError, execute, parse, specifiedRules, recommendedRules, validate, type ExecutionResult } from 'graphql'
import type { Reader } from '../db/database.ts'
import { hoistFilters, type Hoisted } from './hoist.ts'
import { findExcess, findExcessOf, usualLimits, type Limits } from './limits.ts'
import { startWork, type Context } from './request.ts'
import { createSchema } from './schema.ts'

/** What `POST /graphql` carries. */
export type GraphqlRequest = {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>> | null
  readonly operationName?: string | null
}

/** Settings of the GraphQL interface. */
export type GraphqlOptions = {
  /** What `_meta { deployment }` says. */
  readonly deployment?: string
  readonly limits?: Partial<Limits>
  /** Milliseconds of a clock that never goes back: takes the time that a document spends in the database. */
  readonly now?: () => number
  /** Hears of what went wrong inside; the client is only told that something did. */
  readonly onError?: (cause: unknown) => void
}

/** What answers a request: where to read, and what ends it early. */
export type GraphqlContext = { readonly reader: Reader; readonly signal?: AbortSignal }

/** Answers a request. Whatever is wrong with it is in `errors`; nothing is thrown. Without `data`, it was not run at all. */
export type Graphql = (request: GraphqlRequest, context: GraphqlContext) => Promise<ExecutionResult>

const INTERNAL = 'Something went wrong, you should retry later.'
const MAX_REMEMBERED = 200

type Checked = Hoisted | { readonly errors: readonly GraphQLError[] }

/**
 * Makes the GraphQL interface of a market. Each query sees the newest rows; hand in a transaction as `reader` where all
 * queries of a document must see the same.
 *
 * @example
 * const graphql = createGraphql()
 * const { data } = await graphql({ query: '{ deals(first: 5) { id app { name } } }' }, { reader: database.read })
 */
export function createGraphql({
  deployment = 'iexec',
  limits: bounds,
  now = () => performance.now(),
  onError,
}: GraphqlOptions = {}): Graphql {
  const schema = createSchema()
  const limits: Limits = { ...usualLimits, ...bounds }
  // Clients ask the same documents again and again, with other variables.
  const remembered = new Map<string, Checked>()
  const check = (query: string): Checked => {
    const known = remembered.get(query)
    if (known !== undefined) return known
    const checked = checkDocument(query)
    if (remembered.size >= MAX_REMEMBERED) remembered.clear()
    if ('document' in checked) remembered.set(query, checked)
    return checked
  }
  const checkDocument = (query: string): Checked => {
    try {
      const document = parse(query, { maxSourceLength: limits.maxLength, maxLexicalTokens: limits.maxTokens })
      const errors = validate(schema, document, rules, { maxErrors: 10 })
      if (errors.length > 0) return { errors }
      const excess = findExcess(document, limits)
      return excess === undefined ? hoistFilters(schema, document) : { errors: [excess] }
    } catch (cause) {
      return { errors: [shownError(cause, onError)] }
    }
  }
  return async ({ query, variables, operationName }, { reader, signal }) => {
    const checked = check(query)
    if ('errors' in checked) return { errors: checked.errors }
    const filled = checked.fill(variables ?? {}, operationName ?? null)
    const excess =
      findExcessOf(variables ?? {}, limits.maxVariables) ?? findExcessOf(filled, limits.maxVariables + limits.maxTokens)
    if (excess !== undefined) return { errors: [excess] }
    const contextValue: Context = { work: startWork(reader, { limits, now, signal }), deployment }
    // Whoever has left needs no answer, and that is no fault of ours.
    const hear = (cause: unknown): void => {
      if (signal?.aborted !== true) onError?.(cause)
    }
    try {
      const { data, errors } = await execute({
        schema,
        document: checked.document,
        contextValue,
        variableValues: filled,
        operationName: operationName ?? null,
        abortSignal: signal ?? null,
      })
      const shown = errors?.map((error) => shownError(error, hear))
      return { ...(data === undefined ? {} : { data }), ...(shown === undefined ? {} : { errors: shown }) }
    } catch (cause) {
      return { errors: [shownError(cause, hear)] }
    }
  }
}

const rules = [...new Set([...specifiedRules, ...recommendedRules])]

/** What is wrong with the request is told; what is wrong here is not. */
function shownError(cause: unknown, onError: GraphqlOptions['onError']): GraphQLError {
  if (cause instanceof GraphQLError) {
    if (cause.cause === undefined || cause.cause instanceof GraphQLError) return cause
    onError?.(cause.cause)
    return new GraphQLError(INTERNAL, {
      ...(cause.nodes === undefined ? {} : { nodes: cause.nodes }),
      path: cause.path,
    })
  }
  onError?.(cause)
  return new GraphQLError(INTERNAL)
}
