// Whether a listing and the chain speak of the same app.
import type { Listing } from '@iexec/wire/listing'
import type { Address } from 'viem'

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
  return title.trim() === app.name.trim() ? undefined : 'name'
}
