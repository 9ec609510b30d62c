// A link to an app with its form filled in.
import { Link2 } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { ByHand } from '../../show/ByHand.tsx'
import { useCopy } from '../../show/useCopy.ts'

/** Copies the address of the page, which has the inputs; but not the run. */
export function CopyLink({ isLong }: { readonly isLong: boolean }): ReactElement {
  const { t } = useTranslation('store')
  const { state, copy, end } = useCopy()
  if (state === 'refused') {
    return (
      <div role="alert" className="grid justify-items-end gap-1">
        <p className="text-muted">{t('run.linkRefused')}</p>
        <ByHand text={addressOfForm()} what={t('run.link')} end={end} />
      </div>
    )
  }
  return (
    <button
      type="button"
      className="button"
      disabled={isLong}
      onClick={() => {
        copy(addressOfForm())
      }}
    >
      <Link2 aria-hidden size={14} />
      <span aria-live="polite">
        {isLong ? t('run.linkTooLong') : t(state === 'copied' ? 'run.linkCopied' : 'run.copyLink')}
      </span>
    </button>
  )
}

function addressOfForm(): string {
  const url = new URL(location.href)
  url.searchParams.delete('run')
  return url.href
}
