// Opens the place that the operator named.
import { unreachable } from '@iexec/protocol'
import type { BlocksPlace } from '../config.ts'
import type { Blocks } from './blocks.ts'
import { openFolder } from './folder.ts'
import { openNode } from './node.ts'
import { openBucket } from './s3.ts'

/** What must not stand on a command line. */
export type Secrets = {
  readonly accessKeyId: string | undefined
  readonly secretAccessKey: string | undefined
  readonly nodeToken: string | undefined
}

/**
 * The place of the blocks.
 *
 * @throws Error when a bucket has no keys
 * @example
 * openBlocks({ kind: 'folder', folder: '/data/blocks' }, secrets)
 */
export function openBlocks(place: BlocksPlace, { accessKeyId, secretAccessKey, nodeToken }: Secrets): Blocks {
  switch (place.kind) {
    case 'folder':
      return openFolder(place.folder)
    case 's3':
      if (accessKeyId === undefined || secretAccessKey === undefined) {
        throw new Error('A bucket needs its keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.')
      }
      return openBucket({ ...place, accessKeyId, secretAccessKey })
    case 'node':
      return openNode({ url: place.url, token: nodeToken })
    default:
      return unreachable(place)
  }
}
