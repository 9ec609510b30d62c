// Makes a deal of orders.
import { asDealId, type DealId } from '@iexec/protocol'
import { OrdersMatched } from '@iexec/protocol/abi/hub'
import { decodeAbiParameters, toEventSelector } from 'viem'
import { writeContract } from '../call/writeContract.ts'
import type { Context, Executed } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { requireSigner } from '../signer/signer.ts'
import { MATCH_ABI } from './hubOrders.ts'
import { judgeOrders, mismatchError, type MatchOptions, type OrdersToMatch } from './requireMatch.ts'

/** A deal that was made. */
export type MadeDeal = Executed & {
  readonly dealId: DealId
  /** Number of tasks. */
  readonly volume: bigint
}

/**
 * Makes a deal of signed orders, for as many tasks as all of them still allow. The stake of the requester pays for it; anybody may
 * send the transaction.
 *
 * Everything is judged before anything is signed, by the rules of the hub over what the chain says now.
 *
 * @throws IexecError `OrdersMismatch` with everything that does not fit in `details.mismatches`, and what to do in `hints`;
 * `InvalidInput`, `NoSigner`, `RejectedByUser`; `Refused` when something changed in the very moment
 * @example
 * await matchOrders(context, { app, workerpool, request }) // { dealId: '0x…', volume: 1n, txHash: '0x…', blockNumber: 7n }
 */
export async function matchOrders(
  context: Context,
  given: OrdersToMatch,
  options: MatchOptions = {},
): Promise<MadeDeal> {
  const { address } = requireSigner(context)
  const { orders, match } = await judgeOrders(context, given, options)
  if (!match.ok) throw await mismatchError(match.mismatches, address)
  const { app, dataset, workerpool, request } = orders
  const { hub } = context.contracts
  const { logs, transactionHash, blockNumber } = await writeContract(context, {
    address: hub,
    abi: MATCH_ABI,
    functionName: options.payer === 'signer' ? 'sponsorMatchOrders' : 'matchOrders',
    args: [app, dataset, workerpool, request],
    label: `match the orders for ${match.volume} ${match.volume === 1n ? 'task' : 'tasks'}`,
  })
  const topic = toEventSelector(OrdersMatched[0])
  const made = logs.find(({ address: from, topics }) => from.toLowerCase() === hub && topics[0] === topic)
  if (made === undefined) {
    throw new IexecError('BadAnswer', `The transaction ${transactionHash} was executed, and made no deal.`, {
      details: { txHash: transactionHash },
    })
  }
  const [dealId, , , , , volume] = decodeAbiParameters(OrdersMatched[0].inputs, made.data)
  return { dealId: asDealId(dealId), volume, txHash: transactionHash, blockNumber }
}
