// A table of a list: columns are data; on a phone each row is a card.
import { Link } from '@tanstack/react-router'
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import type { UseQueryResult } from '@tanstack/react-query'
import { Empty, Failure, Outdated, Skeleton } from './states.tsx'

/** A column. */
export type Column<Row> = {
  /** Also the name of the column in exports: a word without spaces. */
  readonly key: string
  readonly title: string
  readonly cell: (row: Row) => ReactNode
  /** What is exported: bare values, never formatted. */
  readonly value: (row: Row) => string | number | null
  readonly isAmount?: boolean
  /** What the list is asked to be sorted by; without it nobody can sort by this column. */
  readonly sort?: string
}

/** By which column a list is sorted, as the address says: `?sort=usage`, and `&up=true` from the least on. */
export type Sorting = { readonly by: string; readonly isUp: boolean }

/** What a table shows. */
export type TableProps<Row> = {
  /** Says to everybody what is listed. */
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly sorting?: Sorting | undefined
}

/** A table, without frame. */
export function Table<Row>({ caption, columns, rows, keyOf, sorting }: TableProps<Row>): ReactElement {
  return (
    <section className="@container overflow-x-auto" aria-label={caption} tabIndex={0}>
      <table className="rows">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ key, title, sort, isAmount = false }) => (
              <th
                key={key}
                scope="col"
                className={isAmount ? 'amount' : undefined}
                aria-sort={sort === undefined ? undefined : sortOf(sort, sorting)}
              >
                {sort === undefined ? title : <SortLink title={title} sort={sort} sorting={sorting} />}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ key, title, cell, isAmount = false }) => (
                <td key={key} data-column={title} className={isAmount ? 'amount' : undefined}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

type SortLinkProps = { readonly title: string; readonly sort: string; readonly sorting: Sorting | undefined }

/** Sorts by this column, first from the most on; once more turns it round. */
function SortLink({ title, sort, sorting }: SortLinkProps): ReactElement {
  const isChosen = sorting?.by === sort
  const turnsUp = isChosen && !sorting.isUp
  const Icon = sorting?.isUp === true ? ArrowUp : ArrowDown
  return (
    <Link
      to="."
      search={(before: object) => ({ ...before, sort, up: turnsUp ? true : undefined, page: undefined })}
      resetScroll={false}
      className={`inline-flex min-h-6 items-center gap-1 hover:text-ink ${isChosen ? 'text-ink' : ''}`}
    >
      {title}
      <Icon aria-hidden size={14} className={isChosen ? '' : 'opacity-30'} />
    </Link>
  )
}

function sortOf(sort: string, sorting: Sorting | undefined): 'ascending' | 'descending' | 'none' {
  if (sorting?.by !== sort) return 'none'
  return sorting.isUp ? 'ascending' : 'descending'
}

/** A table of what is read: grey lines, the failure, the words for nothing, or the rows. */
export function QueryTable<Answer, Row>(
  props: Omit<TableProps<Row>, 'rows'> & {
    readonly query: UseQueryResult<Answer>
    readonly rowsOf: (answer: Answer) => readonly Row[]
    readonly empty?: ReactNode
  },
): ReactElement {
  const { query, rowsOf, empty, ...table } = props
  if (query.data === undefined) {
    if (query.error === null) return <Skeleton lines={8} />
    return <Failure error={query.error} retry={() => void query.refetch()} />
  }
  const rows = rowsOf(query.data)
  return (
    <>
      <Outdated query={query} />
      {rows.length === 0 ? <Empty>{empty}</Empty> : <Table {...table} rows={rows} />}
    </>
  )
}
