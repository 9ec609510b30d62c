// Takes orders back from the market.
import { asOrderHash, type OrderHash, type OrderKind } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import { requireAddress } from '../asset/requireAsset.ts'
import type { Context } from '../context.ts'
import { asIexecError } from '../error/iexecError.ts'
import { requireSigner } from '../signer/signer.ts'
import { callService } from '../service/callService.ts'
import { underLogin } from '../service/logIn.ts'
import { readHash, readList, readObject } from '../service/parse.ts'

/**
 * Which orders of the signer: one by its hash; or of an asset (of requests: of a requester) the one that was published last, or
 * all that are open.
 */
export type Unpublishing = { readonly orderHash: Hex } | { readonly last: Address } | { readonly all: Address }

/**
 * Takes orders of the signer back from the market. Whoever has a copy can still match it: to end that, use `cancelOrder`.
 *
 * @returns the hashes of what was taken back
 * @throws IexecError `ServiceRefused` when there is no such order, or it is somebody else's; `InvalidInput`, `NotConfigured`,
 * `ServiceUnreachable`, `BadAnswer`, `NoSigner`, `RejectedByUser`
 * @example
 * await unpublishOrder(context, 'app', { last: '0x…' }) // ['0x…']
 */
export async function unpublishOrder(
  context: Context,
  kind: OrderKind,
  which: Unpublishing,
): Promise<readonly OrderHash[]> {
  requireSigner(context)
  const body = bodyOf(kind, which)
  const answer = await underLogin(context, async (authorization) =>
    callService(context, 'market', {
      method: 'PUT',
      path: `/${kind}orders`,
      query: { chainId: context.chain.chainId },
      headers: { authorization },
      body,
    }),
  )
  const hashes = readList(readObject(answer, 'the answer')['unpublished'], 'what was unpublished')
  return hashes.map((hash) => asOrderHash(readHash(hash, 'the hash of what was unpublished')))
}

function bodyOf(kind: OrderKind, which: Unpublishing): object {
  if ('orderHash' in which) return { target: 'unpublish_orderHash', orderHash: requireHash(which.orderHash) }
  const field = kind === 'request' ? 'requester' : kind
  return 'last' in which
    ? { target: 'unpublish_last', [field]: requireAddress(which.last) }
    : { target: 'unpublish_all', [field]: requireAddress(which.all) }
}

/** @throws IexecError `InvalidInput` */
export function requireHash(given: Hex): OrderHash {
  try {
    return asOrderHash(given)
  } catch (error) {
    throw asIexecError(error)
  }
}
