// The four kinds of orders under their names of the wire, and what else the wire calls after a kind.
import type { OrderKind } from '@iexec/protocol'

/** The wire's name of each kind of order. */
export type WireKind = `${OrderKind}order`
/** The protocol's name of a kind of the wire. */
export type KindOfWire<K extends WireKind> = K extends `${infer Kind extends OrderKind}order` ? Kind : never

/** All four, in the order of the flow. */
export const WIRE_KINDS: readonly ['apporder', 'datasetorder', 'workerpoolorder', 'requestorder'] = [
  'apporder',
  'datasetorder',
  'workerpoolorder',
  'requestorder',
]

const KINDS: { readonly [K in WireKind]: KindOfWire<K> } = {
  apporder: 'app',
  datasetorder: 'dataset',
  workerpoolorder: 'workerpool',
  requestorder: 'request',
}

/**
 * The protocol's name of a kind.
 *
 * @example
 * kindOfWire('apporder') // 'app'
 */
export function kindOfWire<K extends WireKind>(kind: K): KindOfWire<K> {
  return KINDS[kind]
}

/**
 * The wire's name of a kind.
 *
 * @example
 * wireOfKind('app') // 'apporder'
 */
export function wireOfKind<K extends OrderKind>(kind: K): `${K}order` {
  return `${kind}order`
}
