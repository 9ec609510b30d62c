// A page: its title, which is the window's too, and what stands beside it.
import { useEffect, type ReactElement, type ReactNode } from 'react'
import { withinLine } from '../read/stranger.ts'
import { useConfig } from '../site/chain.tsx'

/** What a page is made of. */
export type PageProps = {
  readonly title: string
  /** Beside the title: buttons, filters; `<Beside>` where there are several. */
  readonly beside?: ReactNode
  readonly children: ReactNode
}

/** A page with its title. */
export function Page({ title, beside, children }: PageProps): ReactElement {
  const { name } = useConfig()
  useEffect(() => {
    document.title = `${withinLine(title)} · ${name}`
  }, [title, name])
  return (
    <div className="mx-auto grid w-full max-w-7xl grid-cols-[minmax(0,1fr)] gap-4 px-4 py-6">
      <div className="flex flex-wrap items-center justify-between gap-2">
        {/* Led to when one arrives from another page. */}
        <h1 tabIndex={-1} className="min-w-0 text-2xl font-semibold">
          <bdi>{title}</bdi>
        </h1>
        {beside}
      </div>
      {children}
    </div>
  )
}

/** Several things beside a title, in a row as far as there is room. */
export function Beside({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className="flex min-w-0 flex-wrap items-center gap-2">{children}</div>
}
