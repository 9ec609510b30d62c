// What the page of what is watched tells of each.
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import type { Translate } from '../language/words.ts'
import { Id, shorten } from '../show/Id.tsx'
import type { Column } from '../show/Table.tsx'
import { TaskStatus } from '../show/TaskStatus.tsx'
import { seenOf, type State } from './happened.ts'
import { useWatched } from './useWatched.ts'
import type { Watched } from './watched.ts'

/** Something that is watched, and how it is: `undefined` while it is not known, and where the market does not know it. */
export type WatchRow = { readonly one: Watched; readonly state: State | undefined }

type Words = {
  readonly t: Translate<'watch'>
  readonly tExplorer: Translate<'explorer'>
  /** Whether the market has answered: what it did not tell of, it does not know. */
  readonly areAll: boolean
}

/** What it is, and how it is. */
export function watchColumns({ t, tExplorer, areAll }: Words): readonly Column<WatchRow>[] {
  return [
    {
      key: 'kind',
      title: t('kind'),
      cell: ({ one: { kind } }) => (
        <span className="text-muted">{tExplorer(kind === 'address' ? 'account' : kind)}</span>
      ),
      value: ({ one }) => one.kind,
    },
    { key: 'id', title: t('what'), cell: ({ one }) => <Id id={one.id} kind={one.kind} />, value: ({ one }) => one.id },
    {
      key: 'state',
      title: t('state'),
      cell: ({ state }) => {
        if (state !== undefined) return <StateWords state={state} t={t} />
        return <span className="text-muted">{areAll ? t('unknown') : '…'}</span>
      },
      value: ({ state }) => (state === undefined ? null : seenOf(state)),
    },
  ]
}

/** A button for each; nothing that could be saved. */
export function letGoColumn(t: Translate<'watch'>): Column<WatchRow> {
  return { key: 'let_go', title: t('letGo'), cell: ({ one }) => <LetGo one={one} />, value: () => null }
}

function LetGo({ one }: { readonly one: Watched }): ReactElement {
  const { t } = useTranslation('watch')
  const { letGo } = useWatched()
  return (
    <button
      type="button"
      className="button"
      aria-label={t('letGoOf', { what: shorten(one.id) })}
      onClick={() => {
        letGo(one)
      }}
    >
      {t('letGo')}
    </button>
  )
}

function StateWords({ state, t }: { readonly state: State; readonly t: Translate<'watch'> }): ReactElement {
  switch (state.is) {
    case 'task':
      return <TaskStatus status={state.status} />
    case 'deal':
      return <>{t('tasksEnded', { ended: state.ended, all: state.all })}</>
    case 'asset':
      return <>{t('sold', { count: state.sold })}</>
    case 'account':
      return state.lastDeal === undefined ? (
        <>{t('noDeal')}</>
      ) : (
        <span className="inline-flex flex-wrap items-center gap-x-2">
          {t('lastDeal')} <Id id={state.lastDeal.id} kind="deal" />
        </span>
      )
  }
}
