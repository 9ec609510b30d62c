// Gives an asset to somebody else. Orders that the former owner signed are worth nothing from then on.
import * as registryItems from '@iexec/protocol/abi/registry'
import type { Address } from 'viem'
import { writeContract } from '../call/writeContract.ts'
import type { Context, Executed } from '../context.ts'
import { requireSigner } from '../signer/signer.ts'
import { registryOf, type AssetKind } from './kind.ts'
import { requireOwned, requireHolder } from './requireAsset.ts'

/** From whom to whom an asset went. */
export type Transferred = Executed & { readonly address: Address; readonly to: Address }

/**
 * Gives an asset of the signer to another account.
 *
 * @throws IexecError `NotFound`, `NotOwner`, `InvalidInput`; `Refused` when a contract does not take it
 */
export async function transferAsset(
  context: Context,
  kind: AssetKind,
  { address, to }: { readonly address: Address; readonly to: Address },
): Promise<Transferred> {
  const receiver = requireHolder(context, to)
  await requireOwned(context, kind, address)
  const { transactionHash, blockNumber } = await writeContract(context, {
    address: registryOf(context, kind),
    abi: registryItems.safeTransferFrom,
    functionName: 'safeTransferFrom',
    args: [requireSigner(context).address, receiver, BigInt(address)],
    label: `transfer the ${kind} ${address}`,
  })
  return { address, to: receiver, txHash: transactionHash, blockNumber }
}
