// A listing as it is shown: without what deceives in its texts. What is bought by it stays as it was written.
import type { Listing, ListingInput } from '@iexec/wire/listing'
import { cleanName, cleanText } from '../read/stranger.ts'

/**
 * The listing with clean texts; one whose title says nothing is called as its folder.
 *
 * @example
 * cleanListing(listing).title // 'ray-tracer'
 */
export function cleanListing(listing: Listing): Listing {
  const { title, name, org, author, description, license, type, categories, tags, inputs } = listing
  return {
    ...listing,
    title: cleanName(title) || name,
    author: cleanName(author) || org,
    description: cleanText(description),
    license: cleanName(license),
    ...(type === undefined ? {} : { type: cleanName(type) }),
    categories: categories.map(cleanName).filter((word) => word !== ''),
    tags: tags.map(cleanName).filter((word) => word !== ''),
    ...(inputs === undefined ? {} : { inputs: inputs.map(cleanInput) }),
  }
}

/** What is read, not what is filled in. */
function cleanInput(input: ListingInput): ListingInput {
  return {
    ...input,
    label: cleanName(input.label) || input.name,
    ...(input.help === undefined ? {} : { help: cleanText(input.help) }),
    ...('unit' in input && input.unit !== undefined ? { unit: cleanName(input.unit) } : {}),
  }
}
