// A result: its files, shown in place and inert, and whether it is what the workers agreed on.
import type { ZipFile } from '@iexec/sdk'
import { Check, CircleAlert, Download } from 'lucide-react'
import { useMemo, useState, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import type { Hex } from 'viem'
import { FilePreview } from './result/FilePreview.tsx'
import { RESULT_FIRST, chooseFirst, isSlow } from './result/preview.ts'
import { saveBlob } from './result/saveBlob.ts'
import { useResult, type Agreement, type OpenedArchive } from './result/useResult.ts'
import { sayBytes } from './say.ts'
import { FailureWords } from './failure/FailureWords.tsx'
import { Empty, Failure, Skeleton } from './states.tsx'

/** Which result. */
export type ResultProps = {
  readonly of: Hex | Blob
  /** Which of its files are shown first: `REASON_FIRST` where the app failed. */
  readonly first?: readonly RegExp[]
}

/**
 * The result of a completed task, by the task's id, or an archive that is at hand. It has no frame and no heading.
 *
 * @example
 * <Result of={taskid} />
 */
export function Result({ of, first = RESULT_FIRST }: ResultProps): ReactElement {
  const { t, language } = useTranslation('task')
  const [isWanted, want] = useState(false)
  const { data, error, refetch } = useResult(of, isWanted)
  if (data === undefined) {
    if (error !== null) return <Failure error={error} retry={() => void refetch()} />
    return <Skeleton lines={4} />
  }
  if (data.is === 'open') {
    return <Archive archive={data} name={typeof of === 'string' ? of.slice(0, 10) : 'result'} first={first} />
  }
  return (
    <div className="flex flex-wrap items-center gap-3 p-4">
      <p>{t('result.large', { size: sayBytes(data.bytes, language) })}</p>
      <button
        type="button"
        className="button"
        onClick={() => {
          want(true)
        }}
      >
        {t('result.fetch')}
      </button>
    </div>
  )
}

type ArchiveProps = {
  readonly archive: OpenedArchive
  readonly name: string
  readonly first: readonly RegExp[]
}

function Archive({ archive, name, first }: ArchiveProps): ReactElement {
  const { t } = useTranslation('task')
  const { zip, files, agreement } = archive
  const [chosen, choose] = useState(() => chooseFirst(files, first))
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3 border-b border-line px-4 py-2">
        {agreement === undefined ? <span /> : <Agreed agreement={agreement} />}
        <button
          type="button"
          className="button"
          onClick={() => {
            saveBlob(zip, `result-${name}.zip`)
          }}
        >
          <Download aria-hidden size={14} />
          {t('result.save')}
        </button>
      </div>
      {chosen === undefined ? (
        <Empty>{t('result.empty')}</Empty>
      ) : (
        <div className="grid md:grid-cols-[16rem_minmax(0,1fr)]">
          <FileList files={files} chosen={chosen} choose={choose} />
          <Chosen file={chosen} key={chosen.name} />
        </div>
      )}
    </>
  )
}

function Agreed({ agreement }: { readonly agreement: Agreement }): ReactElement {
  const { t, language } = useTranslation('task')
  if (agreement.is === 'agreed') {
    const files = new Intl.ListFormat(language).format(agreement.covers)
    return (
      <p className="flex items-center gap-1 font-medium text-good" title={t('result.covers', { files })}>
        <Check aria-hidden size={14} className="shrink-0" />
        {t('result.agreed')}
      </p>
    )
  }
  return (
    <div className="grid gap-1">
      {agreement.is === 'different' && (
        <p role="alert" className="flex items-center gap-1 font-medium text-bad">
          <CircleAlert aria-hidden size={14} className="shrink-0" />
          {t('result.differs')}
        </p>
      )}
      <div className="text-muted">
        <FailureWords error={agreement.error} />
      </div>
    </div>
  )
}

type FileListProps = {
  readonly files: readonly ZipFile[]
  readonly chosen: ZipFile
  readonly choose: (file: ZipFile) => void
}

function FileList({ files, chosen, choose }: FileListProps): ReactElement {
  const { t, language } = useTranslation('task')
  return (
    <ul
      aria-label={t('result.files')}
      className="max-h-60 overflow-y-auto border-line p-2 max-md:border-b md:max-h-160 md:border-e"
    >
      {files.map((file) => (
        <li key={file.name}>
          <button
            type="button"
            aria-pressed={file === chosen}
            className="flex min-h-8 w-full cursor-pointer items-center justify-between gap-3 rounded-lg px-2 py-1 text-start hover:bg-raised aria-pressed:bg-raised aria-pressed:font-medium"
            onClick={() => {
              choose(file)
            }}
          >
            <bdi className="min-w-0 break-all">{file.name}</bdi>
            <span className="shrink-0 text-xs text-muted tabular-nums">{sayBytes(file.size, language)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function Chosen({ file }: { readonly file: ZipFile }): ReactElement {
  const { t } = useTranslation('task')
  const read = useMemo(() => (isSlow([file]) ? undefined : unpack(file)), [file])
  const [failed, setFailed] = useState<Error>()
  const error = failed ?? (read !== undefined && 'error' in read ? read.error : undefined)
  if (error !== undefined) return <Failure error={error} />
  return (
    <div className="min-w-0">
      {read !== undefined && 'bytes' in read ? (
        <FilePreview name={file.name} bytes={read.bytes} />
      ) : (
        <p className="p-4 text-muted">{t('result.binary')}</p>
      )}
      <div className="border-t border-line px-4 py-2">
        <button
          type="button"
          className="button"
          onClick={() => {
            const unpacked = read ?? unpack(file)
            if ('error' in unpacked) {
              setFailed(unpacked.error)
              return
            }
            // Never under its own type: a browser must not open what a stranger wrote.
            saveBlob(
              new Blob([unpacked.bytes], { type: 'application/octet-stream' }),
              file.name.split('/').at(-1) ?? 'file',
            )
          }}
        >
          <Download aria-hidden size={14} />
          <bdi>{t('result.saveFile', { name: file.name })}</bdi>
        </button>
      </div>
    </div>
  )
}

function unpack(file: ZipFile): { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly error: Error } {
  try {
    return { bytes: file.read() }
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }
}
