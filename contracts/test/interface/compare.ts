// How the interface of one contract differs from that of the reference, in sentences; none when it is kept.
import type { Abi, AbiParameter } from 'viem'

/** What may differ on purpose: `function name(types)`, `event name(types)` … and why. */
export type Deliberate = {
  /** In the reference, not in ours. */
  readonly leftOut: Readonly<Record<string, string>>
  /** In ours, not in the reference. */
  readonly added: Readonly<Record<string, string>>
}

/** Two interfaces, and what may differ. */
export type Comparison = { readonly ours: Abi; readonly reference: Abi; readonly deliberate: Deliberate }

type Item = Abi[number]
type Named = Extract<Item, { readonly name: string }>

/**
 * Every difference that is not listed as deliberate, and every listed one that is none any more.
 *
 * Compared are selectors and topics (through names and types), the names and types of all outputs and struct fields, which
 * arguments of an event are indexed, and state mutability. A name that the reference gives is kept; where it gives none,
 * ours may. Errors of ours beside those of the reference are free.
 *
 * @example
 * listDifferences({ ours: hubAbi, reference, deliberate }) // []
 */
export function listDifferences({ ours, reference, deliberate }: Comparison): readonly string[] {
  const own = new Map(ours.map((item) => [keyOf(item), item]))
  const kept = new Map(reference.map((item) => [keyOf(item), item]))
  return [
    ...[...kept].flatMap(([key, item]) => compareKept(key, item, { own: own.get(key), deliberate })),
    ...[...own].flatMap(([key, item]) => (kept.has(key) ? [] : compareAdded(key, item, deliberate))),
    ...listStale({ own, kept, deliberate }),
  ]
}

/**
 * `function name(types)`: what the selector or topic is made of, with the kind; only the kind for what has no name.
 *
 * @example
 * keyOf(claim) // 'function claim(bytes32)'
 */
export function keyOf(item: Item): string {
  return isNamed(item) ? `${item.type} ${item.name}${typesOf(item.inputs)}` : item.type
}

/** Whether it is a function, an event or an error. */
export function isNamed(item: Item): item is Named {
  return item.type === 'function' || item.type === 'event' || item.type === 'error'
}

function compareKept(
  key: string,
  item: Item,
  { own, deliberate }: { readonly own: Item | undefined; readonly deliberate: Deliberate },
): readonly string[] {
  const isLeftOut = Object.hasOwn(deliberate.leftOut, key)
  if (own === undefined) return isLeftOut ? [] : [`${key} is missing`]
  if (isLeftOut) return [`${key} is listed as left out, and is there`]
  return [
    ...compareParameters(`argument of ${key}`, inputsOf(item), inputsOf(own)),
    ...compareParameters(`output of ${key}`, outputsOf(item), outputsOf(own)),
    ...compareMutability(key, mutabilityOf(item), mutabilityOf(own)),
  ]
}

function compareAdded(key: string, item: Item, { added }: Deliberate): readonly string[] {
  return item.type === 'error' || Object.hasOwn(added, key) ? [] : [`${key} is not in the reference`]
}

function compareParameters(
  what: string,
  kept: readonly AbiParameter[],
  own: readonly AbiParameter[],
): readonly string[] {
  if (kept.length !== own.length) return [`each ${what}: ${own.length} instead of ${kept.length}`]
  return kept.flatMap((parameter, place) => {
    const before = describe(parameter)
    const after = describe({ ...own[place], name: parameter.name ? (own[place]?.name ?? '') : '' } as AbiParameter)
    return before === after ? [] : [`${what}: "${after}" instead of "${before}"`]
  })
}

function compareMutability(key: string, before: string, after: string): readonly string[] {
  return before === after ? [] : [`${key} is ${after} instead of ${before}`]
}

/** Reasons for what neither interface has: they would hide a difference to come. */
function listStale({
  own,
  kept,
  deliberate: { leftOut, added },
}: {
  readonly own: ReadonlyMap<string, Item>
  readonly kept: ReadonlyMap<string, Item>
  readonly deliberate: Deliberate
}): readonly string[] {
  const unknown = (list: string, known: ReadonlyMap<string, Item>, keys: readonly string[]): readonly string[] =>
    keys.filter((key) => !known.has(key)).map((key) => `${key} is listed as ${list}, and nothing has this signature`)
  return [
    ...unknown('left out', kept, Object.keys(leftOut)),
    ...unknown('added', own, Object.keys(added)),
    ...Object.keys(added)
      .filter((key) => kept.has(key))
      .map((key) => `${key} is listed as added, and is in the reference`),
  ]
}

function inputsOf(item: Item): readonly AbiParameter[] {
  return isNamed(item) ? item.inputs : []
}

function outputsOf(item: Item): readonly AbiParameter[] {
  return item.type === 'function' ? item.outputs : []
}

function mutabilityOf(item: Item): string {
  if (item.type === 'event') return item.anonymous === true ? 'anonymous' : 'an event with its topic'
  return 'stateMutability' in item ? item.stateMutability : 'an error'
}

function typesOf(parameters: readonly AbiParameter[]): string {
  return `(${parameters.map((parameter) => typeOf(parameter, typesOf)).join(',')})`
}

/** `(address pointer, uint256 price)[] indexed name`: everything that a decoder needs. */
function describe(parameter: AbiParameter): string {
  const isIndexed = 'indexed' in parameter && parameter.indexed === true
  const words = [typeOf(parameter, describeAll), isIndexed ? 'indexed' : '', parameter.name ?? '']
  return words.filter((word) => word !== '').join(' ')
}

function describeAll(parameters: readonly AbiParameter[]): string {
  return `(${parameters.map(describe).join(', ')})`
}

function typeOf(parameter: AbiParameter, tupleOf: (components: readonly AbiParameter[]) => string): string {
  return 'components' in parameter ? parameter.type.replace('tuple', tupleOf(parameter.components)) : parameter.type
}
