// Files of listings: READMEs and pictures. Those of a signed index are read and compared with what was signed before anything of them is shown.
import type { KeptAs } from '@iexec/wire/listing'
import { useQuery } from '@tanstack/react-query'
import { part } from '../site/part.ts'
import { fetchFile } from './fetchFile.ts'
import type { Registry } from './registries.ts'
import { useObjectUrl } from './useObjectUrl.ts'

/** A file that a listing names. */
export type ListedFile = {
  readonly registry: Registry
  /** Beside the index. */
  readonly path: string
  readonly as: KeptAs
}

/** Larger ones no registry takes. */
const MOST_BYTES = 2_100_000

/**
 * What the content of a file of a listing is kept under: that of a signed index is another one.
 *
 * @example
 * useQuery({ queryKey: keyOf(file), … })
 */
export function keyOf({ registry, path, as }: ListedFile): readonly unknown[] {
  return ['file of a listing', registry.url, path, as, isSigned(registry)]
}

/**
 * Reads a file of a listing.
 *
 * @returns `null` when it is another file than the one that was signed
 * @throws Fault when it cannot be read
 * @example
 * await readListedFile({ registry, path: 'files/4bf5…e1.md', as: 'readme' }, signal)
 */
export async function readListedFile({ registry, path, as }: ListedFile, signal: AbortSignal): Promise<Blob | null> {
  const file = await fetchFile(fileUrl(registry, path), { mostBytes: MOST_BYTES, signal })
  if (!isSigned(registry)) return file
  // Whoever serves a signed index may serve what he likes beside it.
  const { nameFile } = await part(async () => import('./signature.ts'))()
  return nameFile(as, new Uint8Array(await file.arrayBuffer())) === path ? file : null
}

/** What an `img` shows of a picture: nothing yet, nothing at all, or an address. */
export type ShownPicture = {
  readonly src: string | undefined
  /** Whether it is another file than the one that was signed. */
  readonly isOther: boolean
  readonly isMissing: boolean
}

/**
 * Where a picture of a listing can be shown from. One that is signed is shown from what was read, and not asked for again.
 *
 * @example
 * const { src, isOther } = usePicture(registry, listing.logo)
 */
export function usePicture(registry: Registry, path: string | undefined): ShownPicture {
  const isRead = path !== undefined && isSigned(registry)
  const file: ListedFile = { registry, path: path ?? '', as: 'picture' }
  const { data, error } = useQuery({
    queryKey: keyOf(file),
    queryFn: async ({ signal }) => readListedFile(file, signal),
    enabled: isRead,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  const read = useObjectUrl(data ?? undefined)
  const src = isRead ? read : path === undefined ? undefined : fileUrl(registry, path)
  return { src, isOther: data === null, isMissing: path === undefined || error !== null }
}

/** One whose signature does not fit has no listings, and so no files. */
function isSigned({ index }: Registry): boolean {
  return index?.signer !== undefined
}

/** The address of a file of a listing; paths of listings stay below their index. */
function fileUrl(registry: Registry, path: string): string {
  return new URL(path, registry.url).href
}
