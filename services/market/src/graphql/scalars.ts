// The scalars and enums of the subgraph.
import { GraphQLEnumType, GraphQLError, GraphQLScalarType, Kind, type ConstValueNode } from 'graphql'

/** An integer of any size; a string in answers, a string or an integer in arguments. */
export const BigIntType: GraphQLScalarType = numberScalar('BigInt', /^-?\d+$/u, (text) => BigInt(text))

/** A decimal number of any precision; a string in answers, a string or a number in arguments. */
export const BigDecimalType: GraphQLScalarType = numberScalar('BigDecimal', /^-?\d+(?:\.\d+)?$/u, (text) => text)

/** Bytes as hex with `0x`. */
export const BytesType: GraphQLScalarType<string, string> = new GraphQLScalarType({
  name: 'Bytes',
  coerceOutputValue: String,
  coerceInputValue: (value) => {
    const digits = typeof value === 'string' ? /^(?:0x)?([0-9a-f]*)$/iu.exec(value)?.[1] : undefined
    if (digits === undefined) throw new GraphQLError('Bytes are written in hex, such as "0x1f".')
    return `0x${digits.toLowerCase()}`
  },
})

/** The values are the names under which states are stored. */
export const TaskStatusType: GraphQLEnumType = new GraphQLEnumType({
  name: 'TaskStatus',
  values: {
    UNSET: { value: 'unset' },
    ACTIVE: { value: 'active' },
    REVEALING: { value: 'revealing' },
    COMPLETED: { value: 'completed' },
    // Misspelt on the wire.
    FAILLED: { value: 'failed' },
  },
})

export const ContributionStatusType: GraphQLEnumType = new GraphQLEnumType({
  name: 'ContributionStatus',
  values: {
    UNSET: { value: 'unset' },
    CONTRIBUTED: { value: 'contributed' },
    PROVED: { value: 'proved' },
    REJECTED: { value: 'rejected' },
  },
})

export const OrderDirectionType: GraphQLEnumType = new GraphQLEnumType({
  name: 'OrderDirection',
  values: { asc: {}, desc: {} },
})

/** More than any value of the chain has; a database compares no numbers of any length. */
const MAX_DIGITS = 80

function numberScalar<Internal>(
  name: string,
  pattern: RegExp,
  parse: (text: string) => Internal,
): GraphQLScalarType<Internal, string> {
  const read = (value: unknown): Internal => {
    const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value
    if (typeof text !== 'string' || !pattern.test(text)) {
      throw new GraphQLError(`${name} is written in decimal digits, such as "12".`)
    }
    const digits = Math.max(...text.split(/\D/u).map(({ length }) => length))
    if (digits <= MAX_DIGITS) return parse(text)
    throw new GraphQLError(`${name} may have ${MAX_DIGITS} digits in a row, and this one has ${digits}.`)
  }
  return new GraphQLScalarType({
    name,
    coerceOutputValue: String,
    coerceInputValue: read,
    // Not as a JavaScript number, which would round it.
    coerceInputLiteral: (node: ConstValueNode) =>
      read(node.kind === Kind.INT || node.kind === Kind.FLOAT || node.kind === Kind.STRING ? node.value : undefined),
  })
}
