// One file of a result, shown so that it can do nothing: it was made by a stranger's app.
import { useCallback, useState, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import {
  indentJson,
  MOST_COLUMNS,
  pictureTypeOf,
  previewKindOf,
  readRows,
  textOf,
  type PreviewKind,
} from './preview.ts'
import { sayBytes } from '../say.ts'

/** A file, unpacked. */
export type FilePreviewProps = { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }

/** The file, in the way that fits it. */
export function FilePreview({ name, bytes }: FilePreviewProps): ReactElement {
  const kind = previewKindOf(name, bytes)
  if (kind === 'picture') return <Picture name={name} bytes={bytes} />
  if (kind === 'page') return <WebPage name={name} bytes={bytes} />
  return <Written name={name} bytes={bytes} kind={kind} />
}

/** Pictures that are drawn by `<img>` run no scripts, SVG neither. */
function Picture({ name, bytes }: FilePreviewProps): ReactElement {
  const { t } = useTranslation('task')
  const [isBroken, setBroken] = useState(false)
  // The address of the bytes lives as long as the picture does.
  const draw = useCallback(
    (image: HTMLImageElement) => {
      const url = URL.createObjectURL(new Blob([bytes], { type: pictureTypeOf(name, bytes) ?? '' }))
      image.src = url
      return () => {
        URL.revokeObjectURL(url)
      }
    },
    [name, bytes],
  )
  if (isBroken) return <p className="p-4 text-muted">{t('result.broken')}</p>
  return (
    <img
      ref={draw}
      alt={t('result.picture', { name })}
      className="mx-auto max-h-160 max-w-full object-contain p-4"
      onError={() => {
        setBroken(true)
      }}
    />
  )
}

/** HTML is text, until somebody wants to see the page: then in a frame without scripts, forms, or an origin. */
function WebPage({ name, bytes }: FilePreviewProps): ReactElement {
  const { t } = useTranslation('task')
  const [isPage, setPage] = useState(false)
  return (
    <>
      <div className="flex flex-wrap items-center gap-3 px-4 pt-3">
        <button
          type="button"
          className="button"
          onClick={() => {
            setPage(!isPage)
          }}
        >
          {t(isPage ? 'result.asText' : 'result.asPage')}
        </button>
        {isPage && <p className="text-muted">{t('result.pageNote')}</p>}
      </div>
      {isPage ? (
        <iframe
          title={name}
          sandbox=""
          referrerPolicy="no-referrer"
          srcDoc={textOf(bytes).text}
          className="m-4 h-120 w-[calc(100%-2rem)] rounded-lg border border-line bg-white"
        />
      ) : (
        <Written name={name} bytes={bytes} kind="text" />
      )}
    </>
  )
}

type WrittenProps = FilePreviewProps & { readonly kind: PreviewKind }

function Written({ name, bytes, kind }: WrittenProps): ReactElement {
  const { t, language } = useTranslation('task')
  if (kind === 'binary') return <p className="p-4 text-muted">{t('result.binary')}</p>
  const { text, isCut } = textOf(bytes)
  const say = (size: number): string => sayBytes(size, language)
  return (
    <>
      {kind === 'table' ? (
        <Rows name={name} text={text} />
      ) : (
        // Long texts are scrolled, by keyboard too.
        <section aria-label={name} tabIndex={0} className="max-h-160 overflow-auto p-4">
          <pre className="font-mono text-xs break-words whitespace-pre-wrap">
            {kind === 'json' && !isCut ? indentJson(text) : text}
          </pre>
        </section>
      )}
      {isCut && (
        <p className="border-t border-line px-4 py-2 text-muted">
          {t('result.cut', { shown: say(new TextEncoder().encode(text).length), size: say(bytes.length) })}
        </p>
      )}
    </>
  )
}

function Rows({ name, text }: { readonly name: string; readonly text: string }): ReactElement {
  const { t } = useTranslation('task')
  const { head, rows, isCut, isNarrowed } = readRows(text)
  return (
    <>
      <section className="max-h-160 overflow-auto" aria-label={name} tabIndex={0}>
        <table className="border-collapse text-xs">
          <thead>
            <tr>
              {head.map((title, place) => (
                // Columns of strangers may have the same name twice, or none.
                <th key={`${place} ${title}`} scope="col" className="border-b border-line px-3 py-2 text-start">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, line) => (
              <tr key={`${line} ${row[0]}`}>
                {row.map((field, place) => (
                  <td key={`${place} ${field}`} className="border-b border-line px-3 py-1 whitespace-pre-wrap">
                    {field}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {(isCut || isNarrowed) && (
        <p className="border-t border-line px-4 py-2 text-muted">
          {isCut && t('result.rows', { count: rows.length })}{' '}
          {isNarrowed && t('result.columns', { count: MOST_COLUMNS })}
        </p>
      )}
    </>
  )
}
