// Fetches the result of a task, compares it with what the workers agreed on, and opens its archive.
import type { ZipFile } from '@iexec/sdk'
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { Hex } from 'viem'
import { useChain } from '../../site/chain.tsx'
import { useReader } from '../../wallet/useWallet.ts'
import { isSlow, unpackedBytes } from './preview.ts'
import { readAtMost } from './readAtMost.ts'

/** Whether an archive is what the workers agreed on. */
export type Agreement =
  | { readonly is: 'agreed'; readonly covers: readonly string[] }
  | { readonly is: 'different' | 'unknown'; readonly error: unknown }

/** An archive that was opened. */
export type OpenedArchive = {
  readonly is: 'open'
  readonly zip: Blob
  readonly files: readonly ZipFile[]
  /** `undefined` for an archive that was given, of no task. */
  readonly agreement: Agreement | undefined
}

/** A result: here, or so large that somebody has to want it. */
export type ReadResult = OpenedArchive | { readonly is: 'large'; readonly bytes: number }

/** So much is fetched without being asked for. */
const SMALL_BYTES = 8_000_000

/**
 * The result of a task, or an archive that is at hand.
 *
 * @param isWanted whether it is fetched however large it is
 */
export function useResult(of: Hex | Blob, isWanted: boolean): UseQueryResult<ReadResult> {
  const chain = useChain()
  const openReader = useReader()
  const key = typeof of === 'string' ? of : [of.size, identityOf(of)]
  return useQuery({
    queryKey: [chain.slug, 'never', 'result', key, isWanted],
    queryFn: async ({ signal }): Promise<ReadResult> => {
      if (typeof of !== 'string') return openArchive(of)
      const { results } = await openReader()
      const { size = 0, body } = await results.open(of, { signal })
      const most = isWanted ? Number.POSITIVE_INFINITY : SMALL_BYTES
      // Not every server says how large it is.
      const zip = size > most ? await body.cancel() : await readAtMost(body, most)
      if (zip === undefined) return { is: 'large', bytes: Math.max(size, SMALL_BYTES) }
      const { files, ...opened } = await openArchive(zip)
      if (!isWanted && isSlow(files)) return { is: 'large', bytes: unpackedBytes(files) }
      return { ...opened, files, agreement: await judge(async () => results.verify(of, zip)) }
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
}

async function openArchive(zip: Blob): Promise<OpenedArchive> {
  const [{ readZip }, bytes] = await Promise.all([import('@iexec/sdk'), zip.arrayBuffer()])
  return { is: 'open', zip, files: readZip(new Uint8Array(bytes)), agreement: undefined }
}

async function judge(verify: () => Promise<{ readonly covers: readonly string[] }>): Promise<Agreement> {
  try {
    return { is: 'agreed', covers: (await verify()).covers }
  } catch (error) {
    const isDifferent = error instanceof Error && 'code' in error && error.code === 'ResultMismatch'
    return { is: isDifferent ? 'different' : 'unknown', error }
  }
}

const identities = new WeakMap<Blob, number>()
let lastIdentity = 0

/** Tells blobs apart, of which the cache knows nothing. */
function identityOf(blob: Blob): number {
  const known = identities.get(blob) ?? (lastIdentity += 1)
  identities.set(blob, known)
  return known
}
