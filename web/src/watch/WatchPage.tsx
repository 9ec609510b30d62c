// All that is watched on a chain, and how it is now.
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Export } from '../show/Export.tsx'
import { Page } from '../show/Page.tsx'
import { fixedSource } from '../show/source.ts'
import { Empty, Failure, Skeleton } from '../show/states.tsx'
import { Table } from '../show/Table.tsx'
import { OutsideChoice } from './OutsideChoice.tsx'
import { useStates } from './useStates.ts'
import { useWatched } from './useWatched.ts'
import { keyOf } from './watched.ts'
import { letGoColumn, watchColumns } from './watchColumns.tsx'

/** The page of what is watched. */
export function WatchPage(): ReactElement {
  const { t } = useTranslation('watch')
  const { t: tExplorer } = useTranslation('explorer')
  const { watched } = useWatched()
  const { of: states, areAll, error } = useStates(watched)
  const rows = useMemo(() => watched.map((one) => ({ one, state: states.get(keyOf(one)) })), [watched, states])
  const columns = useMemo(() => watchColumns({ t, tExplorer, areAll }), [t, tExplorer, areAll])
  const lettingGo = useMemo(() => letGoColumn(t), [t])
  const source = useMemo(() => fixedSource(rows), [rows])
  return (
    <Page
      title={t('title')}
      beside={
        rows.length > 0 && (
          <div className="flex flex-wrap items-center gap-2">
            <Export name="watching" columns={columns} source={source} />
          </div>
        )
      }
    >
      <p className="max-w-prose text-muted">{t('about')}</p>
      <OutsideChoice />
      <div className="card">
        {rows.length === 0 && <Empty>{t('empty')}</Empty>}
        {rows.length > 0 && !areAll && error === null && <Skeleton lines={1} />}
        {rows.length > 0 && !areAll && error !== null && <Failure error={error} />}
        {rows.length > 0 && (
          <Table caption={t('title')} columns={[...columns, lettingGo]} rows={rows} keyOf={({ one }) => keyOf(one)} />
        )}
      </div>
    </Page>
  )
}
