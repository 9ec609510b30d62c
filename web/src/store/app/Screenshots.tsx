// Pictures of what an app makes, side by side; each opens whole.
import { useState, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Dialog } from '../../show/Dialog.tsx'
import { usePicture } from '../listedFile.ts'
import type { Listed } from '../registries.ts'

/** The pictures of a listing. */
export function Screenshots({ listed }: { readonly listed: Listed }): ReactElement | null {
  const { t } = useTranslation('store')
  const { screenshots } = listed.listing
  if (screenshots.length === 0) return null
  return (
    <section className="grid gap-2" aria-label={t('screenshots')}>
      <ul className="flex gap-3 overflow-x-auto pb-2">
        {screenshots.map((path, place) => (
          <li key={path} className="shrink-0">
            <Screenshot listed={listed} path={path} number={place + 1} />
          </li>
        ))}
      </ul>
    </section>
  )
}

type ScreenshotProps = { readonly listed: Listed; readonly path: string; readonly number: number }

function Screenshot({ listed: { listing, registry }, path, number }: ScreenshotProps): ReactElement {
  const { t } = useTranslation('store')
  const [isOpen, setOpen] = useState(false)
  const { src, isOther, isMissing } = usePicture(registry, path)
  const name = t('screenshot', { number, title: listing.title })
  if (isOther || isMissing) {
    return (
      <p className="grid h-44 w-44 place-items-center rounded-xl border border-line bg-raised p-3 text-center text-muted">
        {isOther ? t('signature.otherPicture') : t('noPicture')}
      </p>
    )
  }
  if (src === undefined) return <span className="skeleton block h-44 w-44 rounded-xl" aria-hidden />
  return (
    <>
      <button
        type="button"
        className="cursor-pointer rounded-xl"
        aria-label={name}
        onClick={() => {
          setOpen(true)
        }}
      >
        <img
          src={src}
          alt=""
          loading="lazy"
          decoding="async"
          className="h-44 rounded-xl border border-line bg-raised object-contain"
        />
      </button>
      {isOpen && (
        <Dialog
          title={name}
          close={() => {
            setOpen(false)
          }}
        >
          <img src={src} alt="" className="max-h-[75dvh] w-full object-contain" />
        </Dialog>
      )}
    </>
  )
}
