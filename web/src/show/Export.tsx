// Saves all rows of a list, not only those in sight.
import { Download } from 'lucide-react'
import { useEffect, useRef, useState, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { useChain } from '../site/chain.tsx'
import { FailureWords } from './failure/FailureWords.tsx'
import { save, toCsv, toJson, type FileFormat } from './file.ts'
import { readAll, type Progress, type Source } from './source.ts'
import type { Column } from './Table.tsx'

/** What is saved. */
export type ExportProps<Row> = {
  /** Of the file, without its ending. */
  readonly name: string
  readonly columns: readonly Column<Row>[]
  readonly source: Source<Row>
}

type State =
  | { readonly is: 'idle' }
  | { readonly is: 'reading'; readonly progress: Progress }
  | { readonly is: 'done'; readonly rows: number; readonly isCut: boolean }
  | { readonly is: 'failed'; readonly error: unknown }

const IDLE: State = { is: 'idle' }

/** Two buttons, and how far it is. */
export function Export<Row>(props: ExportProps<Row>): ReactElement {
  const { t } = useTranslation()
  const { state, start } = useExport(props)
  return (
    <>
      <output className="text-xs text-muted">
        {useWords(state)}
        {state.is === 'failed' && <FailureWords error={state.error} />}
      </output>
      {(['csv', 'json'] as const).map((format) => (
        <button
          key={format}
          type="button"
          className="button px-2 text-xs text-muted hover:text-ink"
          aria-label={t('export', { format: format.toUpperCase() })}
          disabled={state.is === 'reading'}
          onClick={() => {
            start(format)
          }}
        >
          <Download aria-hidden size={14} />
          {format.toUpperCase()}
        </button>
      ))}
    </>
  )
}

function useExport<Row>({ name, columns, source }: ExportProps<Row>): {
  readonly state: State
  readonly start: (format: FileFormat) => void
} {
  const chain = useChain()
  const [state, setState] = useState<State>(IDLE)
  const leaving = useRef<AbortController>(undefined)
  useEffect(
    () => () => {
      leaving.current?.abort()
    },
    [],
  )
  const run = async (format: FileFormat, signal: AbortSignal): Promise<void> => {
    setState({ is: 'reading', progress: { rows: 0 } })
    try {
      const tell = (progress: Progress): void => {
        setState({ is: 'reading', progress })
      }
      const { rows, isCut } = await readAll(source, chain, { tell, signal })
      save(format === 'csv' ? toCsv(columns, rows) : toJson(columns, rows), { name, format })
      setState({ is: 'done', rows: rows.length, isCut })
    } catch (error) {
      if (!signal.aborted) setState({ is: 'failed', error })
    }
  }
  return {
    state,
    start: (format) => {
      leaving.current = new AbortController()
      void run(format, leaving.current.signal)
    },
  }
}

function useWords(state: State): string {
  const { t, language } = useTranslation()
  const write = (count: number): string => count.toLocaleString(language)
  switch (state.is) {
    case 'idle':
      return ''
    case 'reading': {
      const { rows, count } = state.progress
      return count === undefined
        ? t('reading', { rows: write(rows) })
        : t('readingOf', { rows: write(rows), total: write(count) })
    }
    case 'done':
      return t(state.isCut ? 'savedFirst' : 'saved', { rows: write(state.rows) })
    case 'failed':
      return t('failed')
  }
}
