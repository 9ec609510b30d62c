// Full-text search among listings: words, their beginnings, and words with a slip; also Chinese, which has no spaces.
import MiniSearch from 'minisearch'
import type { Listing } from '@iexec/wire/listing'

const HAN = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u
const SPACES = /[\s\p{P}\p{S}]+/u

/** Finds listings; the answers are their places, the best first. */
export type FindListings = (words: string) => readonly number[]

/**
 * Reads listings for a search.
 *
 * @example
 * indexListings(listings)('ray trace') // [0]
 */
export function indexListings(listings: readonly Listing[]): FindListings {
  const search = new MiniSearch<{ readonly id: number }>({
    fields: ['title', 'name', 'tags', 'categories', 'author', 'description'],
    tokenize: wordsOf,
    searchOptions: {
      boost: { title: 4, name: 4, tags: 3, categories: 2 },
      prefix: true,
      fuzzy: (word) => (word.length > 4 ? 0.2 : false),
      combineWith: 'AND',
    },
  })
  search.addAll(
    listings.map(({ title, org, name, tags, categories, author, description }, id) => ({
      id,
      title,
      name: `${org} ${name}`,
      tags: tags.join(' '),
      categories: categories.join(' '),
      author,
      description,
    })),
  )
  return (words) => search.search(words).map(({ id }) => Number(id))
}

/**
 * The words of a text; one of Chinese for each sign and each two beside each other, as nobody writes spaces there.
 *
 * @example
 * wordsOf('光线追踪 ray-tracer') // ['光', '光线', '线', '线追', '追', '追踪', '踪', 'ray', 'tracer']
 */
export function wordsOf(text: string): string[] {
  return text
    .normalize('NFKC')
    .split(SPACES)
    .filter((word) => word !== '')
    .flatMap((word) => (HAN.test(word) ? signsOf(word) : [word]))
}

function signsOf(word: string): readonly string[] {
  const signs = Array.from(word)
  return signs.flatMap((sign, place) => {
    const next = signs[place + 1]
    return next === undefined ? [sign] : [sign, sign + next]
  })
}
