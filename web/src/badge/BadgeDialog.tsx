// What others see of an app or a workerpool in their pages, and what they copy for it.
import { useQuery } from '@tanstack/react-query'
import { BadgeCheck } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import type { Address } from 'viem'
import { useTranslation } from '../language/useTranslation.ts'
import { Copy } from '../show/Copy.tsx'
import { Dialog } from '../show/Dialog.tsx'
import { Failure, Skeleton } from '../show/states.tsx'
import { useChain } from '../site/chain.tsx'
import { badgeOf, type BadgeKind } from './badgeOf.ts'
import { readBadge } from './readBadge.ts'

/** Whose badge. */
export type BadgeProps = { readonly kind: BadgeKind; readonly address: Address }

/** A button that opens the badge. */
export function BadgeButton(props: BadgeProps): ReactElement {
  const { t } = useTranslation('badge')
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        className="button px-2"
        aria-haspopup="dialog"
        onClick={() => {
          setOpen(true)
        }}
      >
        <BadgeCheck aria-hidden size={14} />
        {t('title')}
      </button>
      {isOpen && (
        <Dialog
          title={t('title')}
          close={() => {
            setOpen(false)
          }}
        >
          <Shown {...props} />
        </Dialog>
      )}
    </>
  )
}

function Shown({ kind, address }: BadgeProps): ReactElement {
  const { t } = useTranslation('badge')
  const chain = useChain()
  const { url, markdown, html } = badgeOf(chain, { kind, address, page: location.href })
  // The policy of the site lets pages ask the market, and shows no picture from elsewhere.
  const { data, error } = useQuery({
    queryKey: [chain.slug, 'tasks', 'badge', url],
    queryFn: async ({ signal }) => `data:image/svg+xml,${encodeURIComponent(await readBadge(url, { signal }))}`,
  })
  return (
    <>
      <p>{t('about')}</p>
      {data === undefined && (error === null ? <Skeleton lines={1} /> : <Failure error={error} />)}
      {data !== undefined && <img src={data} alt={t('picture')} height={20} className="h-5 max-w-full" />}
      {(
        [
          ['Markdown', markdown],
          ['HTML', html],
        ] as const
      ).map(([name, text]) => (
        <div key={name} className="grid gap-1">
          <div className="flex items-center gap-2 font-medium">
            {name} <Copy text={text} what={name} />
          </div>
          <code className="rounded bg-raised p-2 text-xs break-all" dir="ltr">
            {text}
          </code>
        </div>
      ))}
    </>
  )
}
