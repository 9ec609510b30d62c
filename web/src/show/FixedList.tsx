// A list that is there as a whole, with a heading of its own.
import type { ReactElement, ReactNode } from 'react'
import { Export } from './Export.tsx'
import { fixedSource } from './source.ts'
import { Empty } from './states.tsx'
import { Table, type Column } from './Table.tsx'

/** What such a list is. */
export type FixedListProps<Row> = {
  readonly title: string
  /** Of the files that it is saved as, without ending. */
  readonly name: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** Below the heading. */
  readonly note?: ReactNode
  readonly empty?: ReactNode
}

/** A list in a card; all its rows are in sight. */
export function FixedList<Row>(props: FixedListProps<Row>): ReactElement {
  const { title, name, columns, rows, keyOf, note, empty } = props
  return (
    <div className="card min-w-0">
      <div className="flex flex-wrap items-start gap-2 border-b border-line p-2">
        <div className="ps-1">
          <h2 className="min-h-8 content-center font-semibold">{title}</h2>
          {note !== undefined && <p className="text-muted">{note}</p>}
        </div>
        <div className="ms-auto flex flex-wrap items-center gap-2">
          {rows.length > 0 && <Export name={name} columns={columns} source={fixedSource(rows)} />}
        </div>
      </div>
      {rows.length === 0 ? (
        <Empty>{empty}</Empty>
      ) : (
        <Table caption={title} columns={columns} rows={rows} keyOf={keyOf} />
      )}
    </div>
  )
}
