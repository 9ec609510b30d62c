// Words and links of documents, counted as plainly as can be, to compare the example with.
import { posix } from 'node:path'

/** A document and its path. */
export type Document = { readonly name: string; readonly text: string }

const LETTER = 'A-Za-zÀ-ÖØ-öø-ɏ'
const LINK = new RegExp(
  `\\]\\((?<markdown>[^ \\t\\r\\n)]+)|(?<![${LETTER}])href="(?<html>[^ \\t\\r\\n"]+)|(?<![${LETTER}])(?<plain>https?://[^ \\t\\r\\n<>"'\`|)\\]]+)`,
  'gu',
)
const WORD = new RegExp(`[${LETTER}]+(?:'[${LETTER}]+)*`, 'gu')

/** Lines of how often each word and link is there, and in how many documents, sorted. */
export function countPlainly(documents: readonly Document[]): readonly string[] {
  const counts = new Map<string, { times: number; readonly documents: Set<string> }>()
  for (const { name, text } of documents) {
    for (const key of keysOf(name, text)) {
      const count = counts.get(key) ?? { times: 0, documents: new Set() }
      count.times += 1
      count.documents.add(name)
      counts.set(key, count)
    }
  }
  return [...counts].map(([key, count]) => `${key}\t${count.times}\t${count.documents.size}`).toSorted()
}

function keysOf(name: string, text: string): readonly string[] {
  const links = [...text.matchAll(LINK)].map(({ groups }) => {
    const target = groups?.['markdown'] ?? groups?.['html'] ?? groups?.['plain']?.replace(/[.,;:!?]+$/u, '') ?? ''
    return `link\t${resolve(name, target)}`
  })
  const words = [...text.replaceAll(LINK, ' ').matchAll(WORD)].map(([word]) => `word\t${word.toLowerCase()}`)
  return [...links, ...words]
}

function resolve(name: string, target: string): string {
  const path = target.split('#')[0] ?? ''
  if (path === '') return name
  return /^[a-z]{2,}:/iu.test(path) ? path : posix.join(posix.dirname(name), path).replace(/\/$/u, '')
}
