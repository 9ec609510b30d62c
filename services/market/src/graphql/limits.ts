// How large a document may be, and how much it may use up.
import { GraphQLError, Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql'

/** Bounds on one document. */
export type Limits = {
  /** Characters and tokens of the text. */
  readonly maxLength: number
  readonly maxTokens: number
  /** Fields inside fields. */
  readonly maxDepth: number
  /** Fields, and among them those with fields of their own, with every fragment written out. */
  readonly maxFields: number
  readonly maxNested: number
  /** Objects and lists in the variables. */
  readonly maxVariables: number
  /** Lists that are asked for (of one field for many parents counts once), and those of them that no index helps with. */
  readonly maxLists: number
  readonly maxSlowLists: number
  /** Time in the database; no query begins after it. */
  readonly maxMilliseconds: number
  /** Objects in the answer. */
  readonly maxObjects: number
}

export const usualLimits: Limits = {
  maxLength: 32_768,
  maxTokens: 4000,
  maxDepth: 12,
  maxFields: 2000,
  maxNested: 200,
  maxVariables: 500,
  // Explorers ask for a page of every event of a transaction, each with two probes for what comes next.
  maxLists: 60,
  maxSlowLists: 10,
  maxMilliseconds: 2000,
  maxObjects: 50_000,
}

type Size = { readonly depth: number; readonly fields: number; readonly nested: number }

const NOTHING: Size = { depth: 0, fields: 0, nested: 0 }

/**
 * Measures a valid document (its fragments have no circles).
 *
 * @returns what is too large about it; undefined when it may run
 */
export function findExcess(document: DocumentNode, limits: Limits): GraphQLError | undefined {
  const size = sizeOf(document)
  const checks = [
    [size.depth, limits.maxDepth, `nested ${size.depth} levels deep`],
    [size.fields, limits.maxFields, `made of ${size.fields} fields`],
    [size.nested, limits.maxNested, `made of ${size.nested} objects and lists`],
  ] as const
  const excess = checks.find(([measured, most]) => measured > most)
  if (excess === undefined) return undefined
  const [, most, said] = excess
  return new GraphQLError(`The query is ${said}, and ${most} are allowed.`)
}

/**
 * Measures variables before they are compared with their types, which takes a look at every filter there is for each object.
 *
 * @returns what is too large about them; undefined when they may be used
 */
export function findExcessOf(
  variables: Readonly<Record<string, unknown>>,
  maxVariables: number,
): GraphQLError | undefined {
  const all: object[] = [variables]
  for (const one of all) {
    for (const value of Object.values(one) as readonly unknown[]) {
      if (typeof value === 'object' && value !== null) all.push(value)
      if (all.length > maxVariables)
        return new GraphQLError(`The variables are made of more than ${maxVariables} objects and lists.`)
    }
  }
  return undefined
}

function sizeOf(document: DocumentNode): Size {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  // Each fragment is measured once: written out, they may be longer than anything that could be counted.
  const measured = new Map<string, Size>()
  const ofFragment = (name: string): Size => {
    const known = measured.get(name)
    const fragment = fragments.get(name)
    if (known !== undefined || fragment === undefined) return known ?? NOTHING
    const size = ofSelections(fragment.selectionSet)
    measured.set(name, size)
    return size
  }
  const ofSelections = (set: SelectionSetNode): Size =>
    sum(
      set.selections.map((selection) => {
        if (selection.kind === Kind.INLINE_FRAGMENT) return ofSelections(selection.selectionSet)
        if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value)
        const { selectionSet, name } = selection
        // The schema itself: bounded by a rule of its own.
        if (selectionSet === undefined || name.value.startsWith('__')) return { depth: 1, fields: 1, nested: 0 }
        const { depth, fields, nested } = ofSelections(selectionSet)
        return { depth: depth + 1, fields: fields + 1, nested: nested + 1 }
      }),
    )
  return sum(
    document.definitions.map((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? ofSelections(definition.selectionSet) : NOTHING,
    ),
  )
}

function sum(sizes: readonly Size[]): Size {
  return sizes.reduce(
    (all, { depth, fields, nested }) => ({
      depth: Math.max(all.depth, depth),
      fields: all.fields + fields,
      nested: all.nested + nested,
    }),
    NOTHING,
  )
}
