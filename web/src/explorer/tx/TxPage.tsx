// A transaction: who sent it, what it cost, and every event that it wrote.
import { formatCoin } from '@iexec/protocol'
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { Translate } from '../../language/words.ts'
import { Check, X } from 'lucide-react'
import { useMemo, type ReactElement, type ReactNode } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Hex } from 'viem'
import { Amount } from '../../show/Amount.tsx'
import { Export } from '../../show/Export.tsx'
import { Facts } from '../../show/Facts.tsx'
import { Id } from '../../show/Id.tsx'
import { Page } from '../../show/Page.tsx'
import { fixedSource } from '../../show/source.ts'
import { Empty, Failure, Skeleton } from '../../show/states.tsx'
import { Table, type Column } from '../../show/Table.tsx'
import { Toggles } from '../../show/Toggles.tsx'
import { useChain } from '../../site/chain.tsx'
import { eventName } from '../eventName.ts'
import { useIdOfPage } from '../task/search.ts'
import { Section } from '../task/Section.tsx'
import { Times } from '../task/Times.tsx'
import type { Argument, TxEvent } from './events.ts'
import { readTx, type Mined, type Tx } from './readTx.ts'

/** A transaction of the chain. */
export function TxPage(): ReactElement {
  const { t } = useTranslation('task')
  const hash = useIdOfPage()
  const query = useTx(hash)
  return (
    <Page title={t('transaction')} beside={hash !== undefined && <Id id={hash} kind="hash" isWhole />}>
      {hash === undefined ? <Missing /> : <Content query={query} />}
    </Page>
  )
}

function useTx(hash: Hex | undefined): UseQueryResult<Tx | null> {
  const chain = useChain()
  return useQuery({
    // Each block may have it, until one has.
    queryKey: [chain.slug, 'blocks', 'tx', hash],
    queryFn: async ({ signal }) => (hash === undefined ? null : ((await readTx(chain, hash, signal)) ?? null)),
    enabled: ({ state }) => hash !== undefined && state.data?.mined === undefined,
  })
}

function Missing(): ReactElement {
  const { t } = useTranslation('task')
  return (
    <div className="card">
      <Empty>{t('missingTx')}</Empty>
    </div>
  )
}

function Content({ query }: { readonly query: UseQueryResult<Tx | null> }): ReactElement {
  const { data, error } = query
  if (data === null) return <Missing />
  if (data !== undefined) return <Shown tx={data} />
  return (
    <div className="card">
      {error === null ? <Skeleton lines={8} /> : <Failure error={error} retry={() => void query.refetch()} />}
    </div>
  )
}

function Shown({ tx }: { readonly tx: Tx }): ReactElement {
  const { t, language } = useTranslation('task')
  const { mined } = tx
  const { coin } = useChain()
  const write = (value: number): string => value.toLocaleString(language)
  return (
    <>
      <div className="card">
        <Facts
          facts={Object.entries({
            [t('tx.status')]: <TxStatus mined={mined} />,
            [t('tx.block')]: mined === undefined ? undefined : write(mined.block),
            [t('tx.time')]: mined === undefined ? undefined : <Times at={mined.at} />,
            [t('tx.from')]: <Id id={tx.from} kind="address" />,
            [t('tx.to')]: tx.to === undefined ? undefined : <Id id={tx.to} kind="address" />,
            [t('tx.created')]: mined?.created === undefined ? undefined : <Id id={mined.created} kind="address" />,
            [t('tx.function')]: tx.input === '0x' ? undefined : <Called tx={tx} />,
            [t('tx.value')]: tx.value === 0n ? undefined : formatCoin(tx.value, coin.symbol),
            [t('tx.fee')]:
              mined === undefined ? undefined : formatCoin(BigInt(mined.gasUsed) * mined.gasPrice, coin.symbol),
            [t('tx.gas')]:
              mined === undefined
                ? undefined
                : t('tx.gasOf', { used: write(mined.gasUsed), limit: write(tx.gasLimit) }),
            [t('tx.gasPrice')]: mined === undefined ? undefined : formatCoin(mined.gasPrice, coin.symbol),
            [t('tx.nonce')]: write(tx.nonce),
          })}
        />
      </div>
      {mined !== undefined && <Events hash={tx.hash} events={mined.events} />}
    </>
  )
}

function TxStatus({ mined }: { readonly mined: Mined | undefined }): ReactElement {
  const { t } = useTranslation('task')
  if (mined === undefined) return <span className="font-medium text-warn">{t('pending')}</span>
  const Icon = mined.isSuccess ? Check : X
  return (
    <span className={`inline-flex items-center gap-1 font-medium ${mined.isSuccess ? 'text-good' : 'text-bad'}`}>
      <Icon aria-hidden size={14} />
      {t(mined.isSuccess ? 'tx.success' : 'tx.reverted')}
    </span>
  )
}

function Called({ tx: { input, called } }: { readonly tx: Tx }): ReactElement {
  const { t } = useTranslation('task')
  return (
    <span className="flex flex-wrap gap-x-3">
      <code className="font-mono">{called ?? input.slice(0, 10)}</code>
      <span className="text-muted">{t('tx.bytes', { count: input.length / 2 - 1 })}</span>
    </span>
  )
}

function Events({ hash, events }: { readonly hash: Hex; readonly events: readonly TxEvent[] }): ReactElement {
  const { t } = useTranslation('task')
  const columns = useColumns()
  const source = useMemo(() => fixedSource(events), [events])
  return (
    <Section
      title={t('tx.events')}
      beside={
        <>
          <Export name={`transaction-${hash.slice(0, 10)}`} columns={columns} source={source} />
          <Toggles />
        </>
      }
    >
      {events.length === 0 ? (
        <Empty>{t('tx.noEvents')}</Empty>
      ) : (
        <Table caption={t('tx.events')} columns={columns} rows={events} keyOf={({ place }) => String(place)} />
      )}
    </Section>
  )
}

function useColumns(): readonly Column<TxEvent>[] {
  const { t } = useTranslation('task')
  const { t: tExplorer } = useTranslation('explorer')
  const { hub } = useChain()
  return useMemo(() => columnsOf({ t, tExplorer, hub }), [t, tExplorer, hub])
}

type Told = { readonly t: Translate<'task'>; readonly tExplorer: Translate<'explorer'>; readonly hub: string }

function columnsOf({ t, tExplorer, hub }: Told): readonly Column<TxEvent>[] {
  return [
    { key: 'place', title: t('tx.place'), cell: ({ place }) => place, value: ({ place }) => place },
    {
      key: 'event',
      title: t('event'),
      cell: ({ name }) =>
        name === undefined ? (
          <span className="text-muted">{t('tx.unknown')}</span>
        ) : (
          <span className="grid">
            <span className="font-medium">{eventName(name, tExplorer)}</span>
            {eventName(name, tExplorer) !== name && <code className="font-mono text-xs text-muted">{name}</code>}
          </span>
        ),
      value: ({ name }) => name ?? '',
    },
    {
      key: 'arguments',
      title: t('tx.arguments'),
      cell: ({ arguments: all }) => <Arguments all={all} />,
      value: ({ arguments: all }) => all.map(({ name, value }) => `${name}=${value}`).join(' '),
    },
    {
      key: 'contract',
      title: t('tx.contract'),
      cell: ({ contract }) => (
        <Id id={contract} kind="address" {...(contract.toLowerCase() === hub.toLowerCase() ? { name: 'Hub' } : {})} />
      ),
      value: ({ contract }) => contract,
    },
  ]
}

function Arguments({ all }: { readonly all: readonly Argument[] }): ReactElement {
  return (
    <dl className="grid min-w-0 grid-cols-[auto_1fr] items-baseline gap-x-3 gap-y-1 text-start">
      {all.map((argument) => (
        <div key={argument.name} className="contents">
          <dt className="font-mono text-xs text-muted">{argument.name}</dt>
          <dd className="min-w-0 break-words">{shown(argument)}</dd>
        </div>
      ))}
    </dl>
  )
}

function shown({ is, value }: Argument): ReactNode {
  if (is === 'nRLC') return <Amount nRLC={BigInt(value)} />
  if (is === 'text') return <span className="font-mono text-xs break-all whitespace-pre-wrap">{value}</span>
  return <Id id={value as Hex} kind={is} />
}
