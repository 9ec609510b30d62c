// What the address of a task's page says: its deal, as long as nobody has begun it. Its id alone does not tell.
import { useParams } from '@tanstack/react-router'
import type { Hex } from 'viem'
import type { Search } from '../../site/search.ts'

/** The deal that a task is of, where it is said. */
export type TaskSearch = { readonly deal?: Hex | undefined }

/** Reads it; whatever is no id is left away. */
export function readTaskSearch({ deal }: Search): TaskSearch {
  return typeof deal === 'string' && isHash(deal) ? { deal: deal.toLowerCase() as Hex } : {}
}

/** The id in the address of this page, in lower case; `undefined` when it is none. */
export function useIdOfPage(): Hex | undefined {
  const { id }: { readonly id?: unknown } = useParams({ strict: false })
  return typeof id === 'string' && isHash(id) ? (id.toLowerCase() as Hex) : undefined
}

function isHash(text: string): boolean {
  return /^0x[0-9a-f]{64}$/iu.test(text)
}
