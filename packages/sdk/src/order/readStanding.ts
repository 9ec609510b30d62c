// What the chain knows of an order.
import { NO_ADDRESS, type OrderHash } from '@iexec/protocol'
import * as hubItems from '@iexec/protocol/abi/hub'
import type { Address, Hex } from 'viem'
import { readContract } from '../call/readContract.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'

/** What the chain knows of an order. */
export type ChainStanding = {
  /** Tasks of its volume that are spoken for; the whole volume once it was cancelled. */
  readonly consumed: bigint
  /** Who approved it on chain, without a signature. */
  readonly presignedBy: Address | undefined
}

/** Reads what the chain knows of an order; of one that it never saw, nothing is consumed. */
export async function readStanding(context: Context, orderHash: OrderHash): Promise<ChainStanding> {
  const address = context.contracts.hub
  const [consumed, presigner] = await Promise.all([
    readContract(context, { address, abi: hubItems.viewConsumed, functionName: 'viewConsumed', args: [orderHash] }),
    readContract(context, { address, abi: hubItems.viewPresigned, functionName: 'viewPresigned', args: [orderHash] }),
  ])
  return { consumed, presignedBy: presigner === NO_ADDRESS ? undefined : presigner }
}

/**
 * Whether the hub would take a signature for that of an account: of its key, or by the account's own code (ERC-1271).
 */
export async function isSignedBy(context: Context, account: Address, signed: SignedHash): Promise<boolean> {
  return readContract(context, {
    address: context.contracts.hub,
    abi: hubItems.verifySignature,
    functionName: 'verifySignature',
    args: [account, signed.orderHash, signed.sign],
  }).catch((error: unknown) => {
    // What cannot be a signature at all makes the hub refuse the question.
    if (error instanceof IexecError && error.code === 'Refused') return false
    throw error
  })
}

/** The hash of an order and what is given as its signature. */
export type SignedHash = { readonly orderHash: OrderHash; readonly sign: Hex }
