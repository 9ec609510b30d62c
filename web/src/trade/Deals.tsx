// The deals of an action, as the address tells: on chain, on their way, or perhaps never made.
import { useQuery } from '@tanstack/react-query'
import { LoaderCircle } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import type { Hex } from 'viem'
import { Id } from '../show/Id.tsx'
import { Failure } from '../show/states.tsx'
import { useChain } from '../site/chain.tsx'
import { useReader } from '../wallet/useWallet.ts'
import { useDeals } from './useDealing.ts'

/** A deal that is not there yet is looked for so often. */
const AGAIN_MS = 4_000

/** All deals of the address; nothing when there are none. */
export function Deals(): ReactElement | null {
  const { t } = useTranslation('trade')
  const [deals, write] = useDeals()
  if (deals.length === 0) return null
  return (
    <section className="card grid gap-3 p-4" aria-label={t('made.title')}>
      <h2 className="font-semibold">{t('made.title')}</h2>
      <ul className="grid gap-2" aria-live="polite">
        {deals.map((id) => (
          <li key={id}>
            <Deal id={id} />
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="button justify-self-start"
        onClick={() => {
          write([])
        }}
      >
        {t('made.again')}
      </button>
    </section>
  )
}

function Deal({ id }: { readonly id: Hex }): ReactElement {
  const { t } = useTranslation('trade')
  const { slug } = useChain()
  const openReader = useReader()
  const { data, error } = useQuery({
    queryKey: [slug, 'deals', 'made', id],
    // What is money is asked of the chain.
    queryFn: async () => (await (await openReader()).deals.show(id)).botSize,
    retry: false,
    refetchInterval: ({ state }) => (state.data === undefined ? AGAIN_MS : false),
  })
  if (data !== undefined) {
    return (
      <span className="flex flex-wrap items-center gap-2 text-good">
        {t('dealMade', { count: Number(data) })} <Id id={id} kind="deal" />
      </span>
    )
  }
  if (error !== null && !('code' in error && error.code === 'NotFound')) return <Failure error={error} />
  return (
    <div className="grid gap-1">
      <p className="flex items-center gap-2">
        <LoaderCircle aria-hidden size={16} className="shrink-0 animate-spin" />
        {t('made.awaited')}
      </p>
      {error !== null && <p className="text-muted">{t('made.maybeNever')}</p>}
      <Id id={id} kind="hash" />
    </div>
  )
}
