// Moments in tables.
import { Moment } from './Moment.tsx'
import type { Column } from './Table.tsx'

type MomentOf<Row> = (row: Row) => string | number | null

/**
 * A column of moments; what has not happened is empty.
 *
 * @param momentOf in ISO 8601 or in seconds since 1970
 * @example
 * momentColumn({ key: 'ended', title: t('ended') }, ({ endedTimestamp }) => endedTimestamp)
 */
export function momentColumn<Row>(
  named: Pick<Column<Row>, 'key' | 'title' | 'sort'>,
  momentOf: MomentOf<Row>,
): Column<Row> {
  return { ...named, ...momentCell(momentOf) }
}

/** What a table shows of a moment, and saves of it. */
export function momentCell<Row>(momentOf: MomentOf<Row>): Pick<Column<Row>, 'cell' | 'value'> {
  return {
    cell: (row) => {
      const moment = momentOf(row)
      return moment !== null && <Moment at={moment} />
    },
    value: (row) => {
      const moment = momentOf(row)
      return typeof moment === 'number' ? new Date(moment * 1_000).toISOString() : moment
    },
  }
}
