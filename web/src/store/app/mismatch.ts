// Whether a listing and the chain speak of the same app.
import type { Listing } from '@iexec/wire/listing'
import type { Address } from 'viem'
import { cleanName } from '../../read/stranger.ts'

/**
 * What a listing says otherwise than the chain: whose the app is, or how it is called.
 *
 * @example
 * mismatchOf(listing, app) // 'owner'
 */
export function mismatchOf(
  { owner, title }: Pick<Listing, 'owner' | 'title'>,
  app: { readonly owner: Address; readonly name: string },
): 'owner' | 'name' | undefined {
  if (owner.toLowerCase() !== app.owner.toLowerCase()) return 'owner'
  // A listing is shown cleaned.
  const name = cleanName(app.name)
  return name === '' || cleanName(title) === name ? undefined : 'name'
}
