// Which tags the open workerpool orders of a category have: a demand that none of them meets needs no search.
import { NO_TAG, missingTag } from '@iexec/protocol'
import { sql } from 'kysely'
import type { Hex } from 'viem'
import type { Reader } from '../db/database.ts'
import type { Terms } from './wish.ts'
import type { Work } from './work.ts'

/** A tag that open workerpool orders of a category have, and the most trust that one of them offers. */
type Profile = { readonly tag: Hex; readonly trust: number }

/** A category with more different tags is searched order by order. */
const MAX_PROFILES = 64

/** What is known of the tags of workerpool orders, by category. */
export type Profiles = {
  /** Those of a category; `undefined` when there are too many. */
  readonly of: (category: number) => Promise<readonly Profile[] | undefined>
}

/** Profiles for one wish: each category is read once. */
export function newProfiles(reader: Reader, work: Work): Profiles {
  const known = new Map<number, Promise<readonly Profile[] | undefined>>()
  return {
    of: async (category) => {
      const profiles = known.get(category) ?? readProfiles(reader, work, category)
      known.set(category, profiles)
      return profiles
    },
  }
}

/** From one tag to the next in the index, instead of over all orders. */
async function readProfiles(reader: Reader, work: Work, category: number): Promise<readonly Profile[] | undefined> {
  const profiles: Profile[] = []
  while (profiles.length < MAX_PROFILES) {
    if (!(await work.go(1))) return undefined
    const row = await reader
      .selectFrom('book_order')
      .select(['tag', 'trust'])
      .where('kind', '=', sql.lit('workerpool'))
      .where('status', '=', sql.lit('open'))
      .where('category', '=', category)
      .where('tag', '>', profiles.at(-1)?.tag ?? '0x')
      .orderBy('tag')
      .orderBy('trust', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (row === undefined) return profiles
    profiles.push({ tag: row.tag, trust: row.trust ?? 0 })
  }
  return undefined
}

/** Tells of a tag whether some workerpool order may offer it to the wish. */
export type MayOffer = {
  readonly every: (tag: Hex) => boolean
  /** All bits that are offered by some order; `undefined` when nothing is known. */
  readonly bits: Hex | undefined
}

/** What workerpool orders may offer for a wish. */
export async function whatIsOffered({ of }: Profiles, { category, trust, ignored }: Terms): Promise<MayOffer> {
  const profiles = await of(category)
  if (profiles === undefined) return { every: () => true, bits: undefined }
  const trusted = profiles.filter((profile) => profile.trust >= trust).map(({ tag }) => tag)
  if (ignored.has('tag')) return { every: () => trusted.length > 0, bits: undefined }
  const answers = new Map<Hex, boolean>()
  const every = (tag: Hex): boolean => {
    const answer = answers.get(tag) ?? trusted.some((offered) => missingTag(tag, offered) === NO_TAG)
    answers.set(tag, answer)
    return answer
  }
  const bits = trusted.reduce((all, tag) => all | BigInt(tag), 0n)
  return { every, bits: `0x${bits.toString(16).padStart(64, '0')}` }
}
