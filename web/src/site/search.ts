// What addresses of pages say behind the question mark, read with distrust: anybody may have written a link.

/** What addresses of lists say behind the question mark. */
export type ListSearch = { readonly page?: number | undefined }

/** Which page of a list; whatever is no number above 1 is the first one. */
export function readListSearch({ page }: Readonly<Record<string, unknown>>): ListSearch {
  const wish = Number(page)
  return Number.isSafeInteger(wish) && wish > 1 ? { page: wish } : {}
}
