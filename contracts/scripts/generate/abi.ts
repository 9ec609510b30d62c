// Interfaces as clients read them: sorted, without repetition, and without what nobody calls by name.
import type { Abi, AbiParameter } from 'viem'

/** One function, event or error of an interface. */
export type AbiItem = Abi[number]

/**
 * The functions, events and errors of several contracts that answer at one address, each once: functions first, then events,
 * then errors, by name.
 *
 * @example
 * mergeAbis([hub.abi, hubExtension.abi])
 */
export function mergeAbis(abis: readonly Abi[]): readonly AbiItem[] {
  const items = new Map<string, AbiItem>()
  for (const item of abis.flat()) {
    if (item.type !== 'function' && item.type !== 'event' && item.type !== 'error') continue
    const key = `${KINDS[item.type]} ${signature(item)}`
    if (!items.has(key)) items.set(key, item)
  }
  return [...items].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, item]) => item)
}

/**
 * The receive and fallback functions of an interface: part of the published description, of no use to a typed client.
 *
 * @example
 * listFallbacks(hub.abi) // [{ type: 'fallback', … }, { type: 'receive', … }]
 */
export function listFallbacks(abi: Abi): readonly AbiItem[] {
  return abi.filter(({ type }) => type === 'fallback' || type === 'receive')
}

/**
 * The interface without `internalType`: the names of Solidity's structs and enums, which TypeScript has no use for.
 *
 * @example
 * withoutInternalTypes([{ type: 'error', name: 'E', inputs: [{ name: 'a', type: 'uint8', internalType: 'enum Phase' }] }])
 */
export function withoutInternalTypes(items: readonly AbiItem[]): unknown {
  return JSON.parse(JSON.stringify(items, (key, value: unknown) => (key === 'internalType' ? undefined : value)))
}

/**
 * Items of one name together, with what tells them apart: overloads are called by the same name.
 *
 * @example
 * groupByName(registry.abi) // [['safeTransferFrom', ['safeTransferFrom(address,address,uint256)', …], [{ … }, { … }]], …]
 */
export function groupByName(
  items: readonly AbiItem[],
): readonly (readonly [name: string, signatures: readonly string[], items: readonly AbiItem[]])[] {
  const named = items.filter((item) => 'name' in item)
  return [...Map.groupBy(named, ({ name }) => name)].map(([name, same]) => [name, same.map(signature), same])
}

type Named = Extract<AbiItem, { readonly name: string }>

const KINDS = { function: 0, event: 1, error: 2 } as const

/** `name(type,(type,type)[])`: what tells overloads apart, and what two parts of one contract have in common. */
function signature({ name, inputs }: Named): string {
  return `${name}${tupleOf(inputs)}`
}

function tupleOf(parameters: readonly AbiParameter[]): string {
  const types = parameters.map((parameter) =>
    'components' in parameter ? parameter.type.replace('tuple', tupleOf(parameter.components)) : parameter.type,
  )
  return `(${types.join(',')})`
}
