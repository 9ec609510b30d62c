// Registers an asset: its address follows from its owner and its contents, so it is known before.
import type { Address, Hex, TransactionReceipt } from 'viem'
import type { Context, Executed } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { isRegistered } from './requireAsset.ts'
import type { AssetKind } from './kind.ts'

/** An asset that was registered. */
export type Deployed = Executed & { readonly address: Address }

/** How an asset of some kind is registered. */
export type Registration = {
  readonly kind: AssetKind
  /** Where it will be. */
  readonly predict: () => Promise<Address>
  readonly create: () => Promise<TransactionReceipt>
}

/**
 * Registers an asset, once.
 *
 * @throws IexecError `AlreadyExists` when the same owner registered the same contents before
 */
export async function registerAsset(context: Context, { kind, predict, create }: Registration): Promise<Deployed> {
  const address = await predict()
  if (await isRegistered(context, kind, address)) throw registeredBefore(kind, address)
  try {
    const { transactionHash, blockNumber } = await create()
    return { address, txHash: transactionHash, blockNumber }
  } catch (error) {
    // Somebody else of the same key may have been faster since it was looked.
    const isRefused = error instanceof IexecError && error.code === 'Refused'
    if (isRefused && (await isRegistered(context, kind, address))) throw registeredBefore(kind, address)
    throw error
  }
}

function registeredBefore(kind: AssetKind, address: Address): IexecError {
  return new IexecError('AlreadyExists', `The same ${kind} of the same owner is registered already, at ${address}.`, {
    hints: ['Use it as it is, or change its contents.'],
    details: { kind, address },
  })
}

/** The checksum of nothing. */
export const NO_CHECKSUM: Hex = `0x${'0'.repeat(64)}`
