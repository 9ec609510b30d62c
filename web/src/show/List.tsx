// A whole list: its filters, switches and exports, the rows of one page, and the way to the others.
import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Export } from './Export.tsx'
import { PAGE_SIZE, Pager } from './Pager.tsx'
import { useSource, type Source } from './source.ts'
import { QueryTable, type Column, type Sorting } from './Table.tsx'
import { Toggles } from './Toggles.tsx'

/** What a list is. */
export type ListProps<Row> = {
  /** Says to everybody what is listed. */
  readonly caption: string
  /** Of the files that it is saved as, without ending. */
  readonly name: string
  readonly columns: readonly Column<Row>[]
  readonly source: Source<Row>
  readonly keyOf: (row: Row) => string
  /** Which page of it, from 1. */
  readonly page: number
  readonly sorting?: Sorting | undefined
  /** Shown above the rows: `<Filters>`. */
  readonly filters?: ReactNode
  readonly isFiltered?: boolean
  readonly empty?: ReactNode
}

/** A list in a card. */
export function List<Row>(props: ListProps<Row>): ReactElement {
  const { t } = useTranslation()
  const { caption, name, columns, source, keyOf, page, sorting, filters, isFiltered = false } = props
  const query = useSource(source, { page, size: PAGE_SIZE })
  const { count, hasMore = false } = query.data ?? {}
  return (
    <div className="card min-w-0">
      <div className="flex flex-wrap items-start gap-2 border-b border-line p-2">
        {filters}
        <div className="ms-auto flex flex-wrap items-center gap-2">
          <Export name={name} columns={columns} source={source} />
          <Toggles />
        </div>
      </div>
      <QueryTable
        caption={caption}
        columns={columns}
        query={query}
        rowsOf={({ rows }) => rows}
        keyOf={keyOf}
        sorting={sorting}
        empty={page > 1 ? <BeyondTheEnd /> : (props.empty ?? (isFiltered ? t('nothingFits') : undefined))}
      />
      <Pager page={page} count={count} hasMore={hasMore} />
    </div>
  )
}

/** An old link, or a list that became shorter. */
function BeyondTheEnd(): ReactElement {
  const { t } = useTranslation()
  return (
    <div className="grid justify-items-center gap-2">
      <p>{t('beyondTheEnd')}</p>
      <Link to="." search={(before: object) => ({ ...before, page: undefined })} className="button">
        {t('firstPage')}
      </Link>
    </div>
  )
}
