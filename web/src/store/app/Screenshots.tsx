// Pictures of what an app makes, side by side; each opens whole.
import { useState, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Dialog } from '../../show/Dialog.tsx'
import { fileUrl, type Listed } from '../registries.ts'

/** The pictures of a listing. */
export function Screenshots({ listed: { listing, registry } }: { readonly listed: Listed }): ReactElement | null {
  const { t } = useTranslation('store')
  const [open, setOpen] = useState<number>()
  const { screenshots, title } = listing
  if (screenshots.length === 0) return null
  const opened = open === undefined ? undefined : screenshots[open]
  return (
    <section className="grid gap-2" aria-label={t('screenshots')}>
      <ul className="flex gap-3 overflow-x-auto pb-2">
        {screenshots.map((path, place) => (
          <li key={path} className="shrink-0">
            <button
              type="button"
              className="cursor-pointer rounded-xl"
              aria-label={t('screenshot', { number: place + 1, title })}
              onClick={() => {
                setOpen(place)
              }}
            >
              <img
                src={fileUrl(registry, path)}
                alt=""
                loading="lazy"
                decoding="async"
                className="h-44 rounded-xl border border-line bg-raised object-contain"
              />
            </button>
          </li>
        ))}
      </ul>
      {opened !== undefined && (
        <Dialog
          title={t('screenshot', { number: (open ?? 0) + 1, title })}
          close={() => {
            setOpen(undefined)
          }}
        >
          <img src={fileUrl(registry, opened)} alt="" className="max-h-[75dvh] w-full object-contain" />
        </Dialog>
      )}
    </section>
  )
}
