// What one task paid to whom, by the events of the chain that name it: whatever else happens on the market does not count.
import { KITTY_ADDRESS, type TaskId } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import type { Address, Client } from 'viem'
import { getContractEvents } from 'viem/actions'
import { nameOf, type Person } from './market.ts'
import type { Change } from './steps.ts'

/** Which task, on which hub, and who is known by name. */
export type PaidTask = {
  readonly client: Client
  readonly hub: Address
  readonly task: TaskId
  /** The block of its deal. */
  readonly fromBlock: bigint
  /** Whoever gets and gives nothing is named, too. */
  readonly people: readonly Person[]
}

/**
 * By how much everybody has more by a task. Stakes that were held and are free again are no payment.
 *
 * @example
 * await readPayments({ client, hub, task, fromBlock, people: [] }) // [{ name: '0x…', amount: -20_000_000n }, …]
 */
export async function readPayments({ client, hub, task, fromBlock, people }: PaidTask): Promise<readonly Change[]> {
  const named = [...people, { name: 'kitty', address: KITTY_ADDRESS }]
  const amounts = new Map(people.map(({ name }) => [name, 0n]))
  const logs = await getContractEvents(client, { address: hub, abi: hubAbi, fromBlock, strict: true })
  for (const { eventName, args } of logs) {
    if ((eventName !== 'Reward' && eventName !== 'Seize') || args.ref !== task) continue
    const name = nameOf(args.owner, named)
    amounts.set(name, (amounts.get(name) ?? 0n) + (eventName === 'Reward' ? args.amount : -args.amount))
  }
  return [...amounts].map(([name, amount]) => ({ name, amount }))
}
