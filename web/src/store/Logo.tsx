// The logo of a listing: a picture of strangers, only ever shown as one.
import { Box } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { fileUrl, type Listed } from './registries.ts'

/** The logo, or a box when there is none. The name stands beside it, so it says nothing itself. */
export function Logo({ listed, size }: { readonly listed: Listed; readonly size: number }): ReactElement {
  const { listing, registry } = listed
  const [isBroken, setBroken] = useState(false)
  if (listing.logo === undefined || isBroken) {
    return (
      <span
        className="grid aspect-square max-w-full shrink-0 place-items-center rounded-xl bg-raised text-muted"
        style={{ width: size }}
      >
        <Box aria-hidden size={size / 3} strokeWidth={1.25} />
      </span>
    )
  }
  return (
    <img
      src={fileUrl(registry, listing.logo)}
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
