// The logo of a listing: a picture of strangers, only ever shown as one.
import { Box } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { usePicture } from './listedFile.ts'
import type { Listed } from './registries.ts'

/** The logo, or a box when there is none. The name stands beside it, so it says nothing itself. */
export function Logo({ listed, size }: { readonly listed: Listed; readonly size: number }): ReactElement {
  const { t } = useTranslation('store')
  const { src, isOther, isMissing } = usePicture(listed.registry, listed.listing.logo)
  const [isBroken, setBroken] = useState(false)
  if (isOther || isMissing || isBroken || src === undefined) {
    return (
      <span
        className="grid aspect-square max-w-full shrink-0 place-items-center rounded-xl bg-raised text-muted"
        style={{ width: size }}
      >
        {isOther && <span className="p-1 text-center text-xs text-bad">{t('signature.otherPicture')}</span>}
        {(isMissing || isBroken) && <Box aria-hidden size={size / 3} strokeWidth={1.25} />}
      </span>
    )
  }
  return (
    <img
      src={src}
      alt=""
      width={size}
      height={size}
      loading="lazy"
      decoding="async"
      className="aspect-square max-w-full shrink-0 rounded-xl bg-raised object-contain"
      onError={() => {
        setBroken(true)
      }}
    />
  )
}
