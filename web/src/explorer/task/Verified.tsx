// Computes a task again in this browser, from the chain and the storage alone, and shows each value: what was read, what was computed.
import type { TaskCheck, VerifiedTask } from '@iexec/sdk/verify'
import { useMutation } from '@tanstack/react-query'
import type { Translate } from '../../language/words.ts'
import { Check, CircleAlert, CircleHelp, type LucideIcon } from 'lucide-react'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Hex } from 'viem'
import { Export } from '../../show/Export.tsx'
import { fixedSource } from '../../show/source.ts'
import { Skeleton } from '../../show/states.tsx'
import { Table, type Column } from '../../show/Table.tsx'
import { ActionFailure } from '../../wallet/ActionFailure.tsx'
import { useReader } from '../../wallet/useWallet.ts'
import { countVerdicts, sayCheck, sayWhy, type CheckWords } from './checkWords.ts'
import { Section } from './Section.tsx'

/** What is verified. */
export type VerifiedProps = { readonly taskid: Hex; readonly isBegun: boolean }

/** A button, and then every value. */
export function Verified({ taskid, isBegun }: VerifiedProps): ReactElement {
  const { t } = useTranslation('task')
  const openReader = useReader()
  const verify = useMutation<VerifiedTask>({
    mutationFn: async () => {
      const [{ verifyTask }, { context }] = await Promise.all([import('@iexec/sdk/verify'), openReader()])
      return verifyTask(context, taskid)
    },
  })
  return (
    <Section title={t('verify.label')}>
      <div className="grid justify-items-start gap-3 p-4">
        <p className="max-w-prose text-muted">{t(isBegun ? 'verify.about' : 'verify.notBegun')}</p>
        {isBegun && (
          <button
            type="button"
            className="button button-main"
            disabled={verify.isPending}
            onClick={() => {
              verify.mutate()
            }}
          >
            {t(verify.isPending ? 'verify.working' : verify.data === undefined ? 'verify.start' : 'verify.again')}
          </button>
        )}
        <ActionFailure error={verify.error} />
      </div>
      {verify.isPending && <Skeleton lines={4} />}
      <div aria-live="polite">{verify.data !== undefined && <Verdict checks={verify.data.checks} />}</div>
      {verify.data !== undefined && <Steps taskid={taskid} checks={verify.data.checks} />}
    </Section>
  )
}

function Verdict({ checks }: { readonly checks: readonly TaskCheck[] }): ReactElement {
  const { t } = useTranslation('task')
  const { same, different, open } = countVerdicts(checks)
  const { Icon, colour } = VERDICT[different === 0 ? 'same' : 'different']
  return (
    <div className="grid gap-1 border-t border-line p-4">
      <p className={`flex items-center gap-2 text-base font-semibold ${colour}`}>
        <Icon aria-hidden size={18} className="shrink-0" />
        {different === 0 ? t('verify.right', { count: same }) : t('verify.wrong', { count: different })}
      </p>
      {open > 0 && <p className="text-muted">{t('verify.notComputed', { count: open })}</p>}
    </div>
  )
}

const STEPS = ['orders', 'deal', 'task', 'votes', 'agreement', 'payments', 'result'] as const

function Steps({ taskid, checks }: { readonly taskid: Hex; readonly checks: readonly TaskCheck[] }): ReactElement {
  const columns = useColumns()
  const source = useMemo(() => fixedSource(checks), [checks])
  return (
    <div className="border-t border-line">
      {STEPS.map((step) => (
        <Step key={step} step={step} columns={columns} checks={checks.filter((check) => check.step === step)} />
      ))}
      <div className="flex flex-wrap items-center justify-end gap-2 p-2">
        <Export name={`task-${taskid.slice(0, 10)}-verified`} columns={columns} source={source} />
      </div>
    </div>
  )
}

type StepProps = {
  readonly step: TaskCheck['step']
  readonly checks: readonly TaskCheck[]
  readonly columns: readonly Column<TaskCheck>[]
}

/** Its values; unfolded by itself where something is not as it should be. */
function Step({ step, checks, columns }: StepProps): ReactElement | null {
  const { t } = useTranslation('task')
  const { same, different, open } = countVerdicts(checks)
  if (checks.length === 0) return null
  const { Icon, colour } = VERDICT[different > 0 ? 'different' : same === 0 && open > 0 ? 'open' : 'same']
  const columnsOfStep = columns.filter(({ key }) => key !== 'step')
  return (
    <details open={different > 0} className="border-b border-line">
      <summary className="flex min-h-10 cursor-pointer flex-wrap items-center gap-x-3 px-4 py-2 hover:bg-raised">
        <Icon aria-hidden size={16} className={`shrink-0 ${colour}`} />
        <h3 className="font-semibold">{t(`verify.step.${step}`)}</h3>
        <span className={`tabular-nums ${colour}`}>{t('verify.equal', { same, count: checks.length })}</span>
        <span className="text-muted">{t(`verify.method.${step}`)}</span>
      </summary>
      <Table
        caption={t(`verify.method.${step}`)}
        columns={columnsOfStep}
        rows={checks}
        keyOf={(check) => `${checks.indexOf(check)}`}
      />
    </details>
  )
}

type Look = { readonly Icon: LucideIcon; readonly colour: string }

const VERDICT: { readonly [V in TaskCheck['verdict']]: Look } = {
  same: { Icon: Check, colour: 'text-good' },
  different: { Icon: CircleAlert, colour: 'text-bad' },
  open: { Icon: CircleHelp, colour: 'text-warn' },
}

function useColumns(): readonly Column<TaskCheck>[] {
  const { t } = useTranslation('task')
  const { t: tExplorer } = useTranslation('explorer')
  return useMemo(() => columnsOf({ t, tExplorer }), [t, tExplorer])
}

function columnsOf(words: CheckWords): readonly Column<TaskCheck>[] {
  const { t } = words
  return [
    { key: 'step', title: t('statusLabel'), cell: ({ step }) => step, value: ({ step }) => step },
    { key: 'what', title: t('verify.value'), cell: (check) => sayCheck(check, words), value: ({ what }) => what },
    { key: 'read', title: t('verify.read'), cell: ({ read }) => <Value text={read} />, value: ({ read }) => read },
    {
      key: 'computed',
      title: t('verify.computed'),
      cell: ({ computed, verdict }) => (verdict === 'open' ? <Why why={computed} t={t} /> : <Value text={computed} />),
      value: ({ computed }) => computed,
    },
    {
      key: 'verdict',
      title: t('verify.verdict'),
      cell: ({ verdict }) => <Sign verdict={verdict} t={t} />,
      value: ({ verdict }) => verdict,
    },
  ]
}

function Why({ why, t }: { readonly why: string; readonly t: Translate<'task'> }): ReactElement {
  const words = sayWhy(why, t)
  return words === undefined ? (
    <span lang="en" dir="ltr">
      {why}
    </span>
  ) : (
    <span>{words}</span>
  )
}

function Value({ text }: { readonly text: string }): ReactElement {
  return <code className="font-mono text-xs break-all whitespace-pre-wrap">{text}</code>
}

function Sign({ verdict, t }: { readonly verdict: TaskCheck['verdict']; readonly t: Translate<'task'> }): ReactElement {
  const { Icon, colour } = VERDICT[verdict]
  return (
    <span className={`inline-flex items-center gap-1 font-medium whitespace-nowrap ${colour}`}>
      <Icon aria-hidden size={14} />
      {t(`verify.${verdict}`)}
    </span>
  )
}
