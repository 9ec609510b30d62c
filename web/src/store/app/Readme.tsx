// The README of a listing: Markdown of strangers as React elements. HTML in it is text, and no picture is loaded from elsewhere.
import { useQuery } from '@tanstack/react-query'
import type { ComponentProps, ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import Markdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { FailureWords } from '../../show/failure/FailureWords.tsx'
import { Skeleton } from '../../show/states.tsx'
import { keyOf, readListedFile, type ListedFile } from '../listedFile.ts'
import type { Registry } from '../registries.ts'

/** Longer ones are cut. */
const MOST_SIGNS = 200_000

/** The README of a listing, where it lies beside its index. */
export function Readme({ registry, path }: { readonly registry: Registry; readonly path: string }): ReactElement {
  const { t } = useTranslation('store')
  const file: ListedFile = { registry, path, as: 'readme' }
  const { data, error } = useQuery({
    queryKey: keyOf(file),
    queryFn: async ({ signal }) => {
      const readme = await readListedFile(file, signal)
      return readme === null ? null : (await readme.text()).slice(0, MOST_SIGNS)
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (error !== null) {
    return (
      <div className="grid gap-1 text-muted">
        <p>{t('noReadme')}</p>
        <FailureWords error={error} />
      </div>
    )
  }
  if (data === undefined) return <Skeleton lines={6} />
  if (data === null) return <p className="text-bad">{t('signature.otherReadme')}</p>
  return (
    <div className="prose">
      <Markdown
        components={COMPONENTS}
        remarkPlugins={PLUGINS}
        remarkRehypeOptions={{ footnoteLabel: t('footnotes') }}
        urlTransform={safeUrl}
      >
        {data}
      </Markdown>
    </div>
  )
}

/** Tables, as GitHub writes them. */
const PLUGINS = [remarkGfm]

/** Links lead to the web, and nowhere else: relative ones are of a repository that is not here. */
function safeUrl(url: string): string {
  return /^https?:\/\//iu.test(url) ? url : ''
}

/** The page has headings of its own above: those of the text begin two steps lower. */
const COMPONENTS: Components = {
  h1: ({ children }) => <h3>{children}</h3>,
  h2: ({ children }) => <h4>{children}</h4>,
  h3: ({ children }) => <h5>{children}</h5>,
  h4: ({ children }) => <h6>{children}</h6>,
  h5: ({ children }) => <h6>{children}</h6>,
  h6: ({ children }) => <h6>{children}</h6>,
  a: ForeignLink,
  // Only its words: a picture from elsewhere would tell a stranger who reads this.
  img: ({ alt }) => (alt === undefined || alt === '' ? null : <em>[{alt}]</em>),
  // A box of a list of things to do: it cannot be ticked here, so it is a sign.
  input: ({ checked }) => <span>{checked === true ? '☑' : '☐'}</span>,
  pre: ({ children }) => (
    <pre tabIndex={0} dir="ltr">
      {children}
    </pre>
  ),
}

/** Where it leads is said beside it, whatever its words say. */
function ForeignLink({ href, children }: ComponentProps<'a'>): ReactElement {
  const host = href === undefined ? undefined : URL.parse(href)?.host
  if (host === undefined) return <span>{children}</span>
  return (
    <>
      <a href={href} target="_blank" rel="noopener noreferrer nofollow ugc" className="link">
        {children}
      </a>
      {children !== href && (
        <span className="text-xs text-muted" dir="ltr">
          {' '}
          ({host})
        </span>
      )}
    </>
  )
}
