// An address, a hash or an id: short, with its picture, a link to its page and a button that copies all of it.
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { getAddress, type Hex } from 'viem'
import { useChain } from '../site/chain.tsx'
import { useAssetName } from '../read/names.ts'
import { Copy } from './Copy.tsx'
import { useChoice } from './kept.ts'
import { Mark } from './Mark.tsx'

/** What an id can be of; each has a page. */
export type IdKind = 'address' | 'app' | 'dataset' | 'workerpool' | 'worker' | 'deal' | 'task' | 'tx' | 'order' | 'hash'

/** How an id is shown. */
export type IdProps = {
  readonly id: Hex
  readonly kind: IdKind
  /**
   * Its name, where it has one: shown instead of the digits. Without it, names of apps, datasets and workerpools are looked up, and
   * stand before the digits, as anybody may give his own the same name; null shows the digits.
   */
  readonly name?: string | null | undefined
  /** All digits, whatever was chosen for all pages. */
  readonly isWhole?: boolean
}

/** An id with its picture, link and copy button. Hashes of nothing that has a page are no links. */
export function Id({ id: asTold, kind, name: given, isWhole = false }: IdProps): ReactElement {
  const id = withChecksum(asTold)
  const { slug } = useChain()
  const [areLong] = useChoice('long-ids')
  const isLong = isWhole || areLong
  const found = useAssetName(given === undefined && !isLong && isAsset(kind) ? id : undefined)
  const name = given === null ? undefined : (given ?? found)
  const words = name ?? (isLong ? id : shorten(id))
  const digits = name === undefined ? 'font-mono digits' : ''
  return (
    <span className="inline-flex max-w-full items-center gap-1.5">
      <Mark id={id} />
      {kind === 'hash' || kind === 'order' ? (
        <span className={`${digits} break-all`} title={id}>
          {words}
        </span>
      ) : (
        <Link
          // The routes are those of router.tsx: /<chain>/<kind>/<id>.
          to={`/${slug}/${kind}/${id}`}
          className={`link ${digits} ${name === undefined ? 'break-all' : 'max-w-64 truncate'}`}
          title={id}
        >
          <bdi>{words}</bdi>
        </Link>
      )}
      {given === undefined && name !== undefined && (
        // In small tables there is no room; the picture of the address stands there, too.
        <span className="shrink-0 font-mono text-xs text-muted @sm:@max-4xl:hidden" dir="ltr">
          {shorten(id)}
        </span>
      )}
      <Copy text={id} what={shorten(id)} />
    </span>
  )
}

/** GraphQL tells addresses in lower case; people compare them with the checksum of their case. */
function withChecksum(id: Hex): Hex {
  return /^0x[0-9a-fA-F]{40}$/u.test(id) ? getAddress(id.toLowerCase()) : id
}

function isAsset(kind: IdKind): boolean {
  return kind === 'app' || kind === 'dataset' || kind === 'workerpool'
}

/**
 * The first and last digits.
 *
 * @example
 * shorten('0x00000000000000000000000000000000000000ff') // '0x0000…00ff'
 */
export function shorten(id: string): string {
  return id.length <= 14 ? id : `${id.slice(0, 6)}…${id.slice(-4)}`
}
