// Everything that ever happened to a task, with its time, its gas and its transaction.
import { formatCoin } from '@iexec/protocol'
import type { Translate } from '../../language/words.ts'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Hex } from 'viem'
import { Amount } from '../../show/Amount.tsx'
import { Export } from '../../show/Export.tsx'
import { Id, type IdKind } from '../../show/Id.tsx'
import { Moment } from '../../show/Moment.tsx'
import { fixedSource } from '../../show/source.ts'
import { Table, type Column } from '../../show/Table.tsx'
import { Toggles } from '../../show/Toggles.tsx'
import { useChain } from '../../site/chain.tsx'
import { eventName } from '../eventName.ts'
import { Section } from './Section.tsx'
import type { Happening } from './timeline.ts'

/** What a timeline is of. */
export type TimelineProps = { readonly taskid: Hex; readonly timeline: readonly Happening[] }

/** All events of a task; nothing before the first one. */
export function Timeline({ taskid, timeline }: TimelineProps): ReactElement | null {
  const { t, language } = useTranslation('task')
  const { t: tExplorer } = useTranslation('explorer')
  const { symbol: coin } = useChain().coin
  const columns = useMemo(() => columnsOf({ t, tExplorer, language, coin }), [t, tExplorer, language, coin])
  const source = useMemo(() => fixedSource(timeline), [timeline])
  if (timeline.length === 0) return null
  return (
    <Section
      title={t('timeline')}
      beside={
        <>
          <Export name={`task-${taskid.slice(0, 10)}-events`} columns={columns} source={source} />
          <Toggles />
        </>
      }
    >
      <Table caption={t('timeline')} columns={columns} rows={timeline} keyOf={({ id }) => id} />
    </Section>
  )
}

type Told = {
  readonly t: Translate<'task'>
  readonly tExplorer: Translate<'explorer'>
  readonly language: string
  /** Symbol of what gas is paid in. */
  readonly coin: string
}

function columnsOf({ t, tExplorer, language, coin }: Told): readonly Column<Happening>[] {
  return [
    { key: 'time', title: t('time'), cell: ({ at }) => <Moment at={at} />, value: ({ at }) => at },
    {
      key: 'event',
      title: t('event'),
      cell: ({ event }) => (
        <span className={event.startsWith('Task') ? 'font-semibold' : 'ps-3 text-muted'}>
          {eventName(event, tExplorer)}
        </span>
      ),
      value: ({ event }) => event,
    },
    {
      key: 'who',
      title: t('who'),
      cell: (happening) => <Who happening={happening} />,
      value: ({ account, sender }) => account ?? sender ?? null,
    },
    {
      key: 'what',
      title: t('what'),
      cell: ({ nRLC, hash, score }) => {
        if (nRLC !== undefined) return <Amount nRLC={nRLC} />
        if (hash !== undefined) return <Id id={hash} kind="hash" />
        return score === undefined ? undefined : t('score', { score })
      },
      value: ({ nRLC, hash, score }) => (nRLC === undefined ? (hash ?? score ?? null) : Number(nRLC)),
    },
    {
      key: 'gas',
      title: t('gas'),
      cell: ({ gas }) =>
        gas !== undefined && (
          <span title={formatCoin(BigInt(gas.used) * gas.weiPerUnit, coin)}>{gas.used.toLocaleString(language)}</span>
        ),
      value: ({ gas }) => gas?.used ?? null,
      isAmount: true,
    },
    {
      key: 'transaction',
      title: t('transaction'),
      cell: ({ txHash }) => <Id id={txHash} kind="tx" />,
      value: ({ txHash }) => txHash,
    },
  ]
}

/** Whom an event is about; of those about nobody, who sent it. */
function Who({ happening: { event, account, sender } }: { readonly happening: Happening }): ReactElement | undefined {
  const id = account ?? sender
  if (id === undefined) return undefined
  return <Id id={id} kind={account === undefined ? 'address' : (KIND[event] ?? 'address')} />
}

const KIND: Readonly<Record<string, IdKind>> = {
  TaskInitialize: 'workerpool',
  TaskContribute: 'worker',
  TaskReveal: 'worker',
  AccurateContribution: 'worker',
  FaultyContribution: 'worker',
}
