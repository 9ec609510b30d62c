// A `where` that is written into a document becomes a variable: it is compared with its type once, not once for each parent of a list.
import {
  Kind,
  TypeInfo,
  getNamedType,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
  type ObjectValueNode,
  type OperationDefinitionNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql'

type Variables = Readonly<Record<string, unknown>>

/** A document without literal filters, and how to make the variables that it needs from those of the request. */
export type Hoisted = {
  readonly document: DocumentNode
  readonly fill: (variables: Variables, operationName: string | null) => Variables
}

type Literal = { readonly name: string; readonly type: string; readonly value: ObjectValueNode }

/**
 * Takes the filters out of a valid document.
 *
 * @example
 * hoistFilters(schema, parse('{ apps(where: { name: "x" }) { id } }')) // query ($where0: App_filter) { apps(where: $where0) { id } }
 */
export function hoistFilters(schema: GraphQLSchema, document: DocumentNode): Hoisted {
  const literals: Literal[] = []
  const prefix = unusedPrefix(document)
  const info = new TypeInfo(schema)
  const bare = visit(
    document,
    visitWithTypeInfo(info, {
      Argument: (argument) => {
        const type = getNamedType(info.getInputType())
        if (argument.name.value !== 'where' || argument.value.kind !== Kind.OBJECT || type === undefined)
          return undefined
        const name = `${prefix}${literals.length}`
        literals.push({ name, type: type.name, value: argument.value })
        return { ...argument, value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } } }
      },
    }),
  )
  if (literals.length === 0) return { document, fill: (variables) => variables }
  const definitions = literals.map(defineVariable)
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION)
  return {
    document: {
      ...bare,
      definitions: bare.definitions.map((one) =>
        one.kind === Kind.OPERATION_DEFINITION
          ? { ...one, variableDefinitions: [...(one.variableDefinitions ?? []), ...definitions] }
          : one,
      ),
    },
    fill: (variables, operationName) => {
      const operation = operations.find(({ name }) => name?.value === operationName) ?? operations[0]
      const given = { ...defaultsOf(operation), ...variables }
      return { ...variables, ...Object.fromEntries(literals.map(({ name, value }) => [name, plain(value, given)])) }
    },
  }
}

/** No variable of the document begins so. */
function unusedPrefix(document: DocumentNode): string {
  const used: string[] = []
  visit(document, { Variable: ({ name }) => void used.push(name.value) })
  let prefix = 'where'
  while (used.some((name) => name.startsWith(prefix))) prefix += '_'
  return prefix
}

function defineVariable({ name, type }: Literal): VariableDefinitionNode {
  return {
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
    type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
  }
}

function defaultsOf(operation: OperationDefinitionNode | undefined): Variables {
  return Object.fromEntries(
    (operation?.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
      defaultValue === undefined ? [] : [[variable.name.value, plain(defaultValue, {})]],
    ),
  )
}

/** What a client would have sent as a variable. Numbers stay exact; what is not given is left out. */
function plain(node: ValueNode, given: Variables): unknown {
  switch (node.kind) {
    case Kind.VARIABLE:
      return given[node.name.value]
    case Kind.NULL:
      return null
    case Kind.INT:
      return Number.isSafeInteger(Number(node.value)) ? Number(node.value) : node.value
    case Kind.LIST:
      return node.values.map((one) => plain(one, given) ?? null)
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields.flatMap(({ name, value }) => {
          const asked = plain(value, given)
          return asked === undefined ? [] : [[name.value, asked]]
        }),
      )
    default:
      return node.value
  }
}
