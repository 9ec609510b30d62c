// The three kinds of assets, and the registry of each. A registry is an ERC-721: the token's id is the address of the asset.
import type { Address } from 'viem'
import type { Context } from '../context.ts'

/** A kind of thing that is sold. */
export type AssetKind = 'app' | 'dataset' | 'workerpool'

/** How each kind is called in a sentence, with its article. */
export const ASSET_WORDS: { readonly [Kind in AssetKind]: string } = {
  app: 'an app',
  dataset: 'a dataset',
  workerpool: 'a workerpool',
}

/** The registry of a kind. */
export function registryOf({ contracts }: Context, kind: AssetKind): Address {
  return contracts[`${kind}Registry`]
}
