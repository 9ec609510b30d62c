// The digests that the files of an archive have, by the rules that workers and storages share.
import { findDigests as findDigestsOf, type FoundDigest } from '@iexec/protocol'
import { sha256 } from 'viem'
import type { ZipFile } from './readZip.ts'

export type { DigestRule, FoundDigest } from '@iexec/protocol'

/**
 * The digests that a result may have, the usual one first: where workers of different generations read the same rule differently,
 * each reading is one.
 *
 * @param hasCallback whether the deal has a contract that is called back
 * @example
 * findDigests(readZip(bytes), false)[0] // { rule: 'tree', digest: '0x…', covers: ['result.txt'] }
 */
export function findDigests(files: readonly ZipFile[], hasCallback: boolean): readonly FoundDigest[] {
  return findDigestsOf(
    files.map(({ name, size, read }) => ({ name, size, read, sha256: () => sha256(read()) })),
    hasCallback,
  )
}
