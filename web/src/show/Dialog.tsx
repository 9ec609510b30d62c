// A dialog: the browser's own, which keeps the focus inside, closes on Escape and gives the focus back.
import { X } from 'lucide-react'
import { useId, useLayoutEffect, useRef, type ReactElement, type ReactNode } from 'react'
import { useTranslation } from '../language/useTranslation.ts'

/** What a dialog is made of. */
export type DialogProps = { readonly title: string; readonly close: () => void; readonly children: ReactNode }

/** A dialog that is open as long as it is there. */
export function Dialog({ title, close, children }: DialogProps): ReactElement {
  const { t } = useTranslation()
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  // Closed while it is still in the page: only then does the browser give the focus back.
  useLayoutEffect(() => {
    const { current } = dialog
    current?.showModal()
    return () => {
      current?.close()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      className="card m-auto w-[min(28rem,calc(100vw-2rem))] p-0 text-ink backdrop:bg-black/50"
      onCancel={(event) => {
        event.preventDefault()
        close()
      }}
    >
      <div className="flex items-center justify-between border-b border-line px-4 py-2">
        <h2 id={heading} className="text-lg font-semibold">
          {title}
        </h2>
        <button type="button" className="button border-transparent px-2" aria-label={t('close')} onClick={close}>
          <X aria-hidden size={16} />
        </button>
      </div>
      <div className="grid gap-3 p-4">{children}</div>
    </dialog>
  )
}
