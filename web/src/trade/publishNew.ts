// Makes an order of what was typed, signs it and publishes it.
import type { Iexec } from '@iexec/sdk'
import type { Hex } from 'viem'
import type { OrderKind } from './terms.ts'

/**
 * Signs and publishes an order.
 *
 * @param fields as the SDK takes them for a new order of this kind
 * @returns its hash
 * @throws IexecError with what the order does not have, or why the market refused it
 */
export async function publishNew(
  { orders }: Iexec,
  kind: OrderKind,
  fields: Readonly<Record<string, string | bigint>>,
): Promise<Hex> {
  // The SDK checks every field once more; here their names are known, their presence is not.
  switch (kind) {
    case 'app':
      return (await orders.publish(await orders.sign(orders.createApp(fields as never)))).orderHash
    case 'dataset':
      return (await orders.publish(await orders.sign(orders.createDataset(fields as never)))).orderHash
    case 'workerpool':
      return (await orders.publish(await orders.sign(orders.createWorkerpool(fields as never)))).orderHash
    case 'request':
      return (await orders.publish(await orders.sign(orders.createRequest(fields as never)))).orderHash
    default:
      return kind satisfies never
  }
}
