// A run, live: how far it is, what the app writes, and what came out.
import type { Run, RunState } from '@iexec/sdk'
import { Link } from '@tanstack/react-router'
import type { Translate } from '../../language/words.ts'
import { Check, CircleDashed, LoaderCircle, X } from 'lucide-react'
import { lazy, Suspense, useState, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Address, Hex } from 'viem'
import { Dialog } from '../../show/Dialog.tsx'
import { Id, type IdKind } from '../../show/Id.tsx'
import { Moment } from '../../show/Moment.tsx'
import { REASON_FIRST, RESULT_FIRST } from '../../show/result/preview.ts'
import { Failure, Skeleton } from '../../show/states.tsx'
import { useChain, useConfig } from '../../site/chain.tsx'
import { useWallet } from '../../wallet/useWallet.ts'
import { isOwn } from './foundRun.ts'
import { Logs } from './Logs.tsx'
import { STEPS, stepOf, whyOf, type Step, type Why } from './progress.ts'
import type { Purchase } from './usePurchase.ts'
import { useRun, useRunState, type FoundRun } from './useRun.ts'

const Result = lazy(async () => ({ default: (await import('../../show/Result.tsx')).Result }))

/** Which run. */
export type RunViewProps = { readonly app: Address; readonly deal: Hex; readonly purchase: Purchase }

/** The run of a deal. */
export function RunView({ app, deal, purchase }: RunViewProps): ReactElement {
  const { t } = useTranslation('store')
  const { slug } = useChain()
  const { parts } = useConfig()
  const wallet = useWallet()
  const { data: found, error } = useRun(app, deal)
  const [taskId] = found?.run?.taskIds ?? []
  const isOthers = found !== undefined && !isOwn(found.deal, wallet?.address)
  return (
    <section className="card min-w-0" aria-labelledby="this-run">
      <div className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2">
        <h2 id="this-run" className="text-lg font-semibold">
          {isOthers ? t('run.others') : t('run.yours')}
        </h2>
        <div className="flex flex-wrap items-center gap-2">
          {taskId !== undefined && parts.includes('explorer') && (
            <Link to={`/${slug}/task/${taskId}`} className="button">
              {t('run.toTask')}
            </Link>
          )}
          <Close isAwaited={found === undefined} purchase={purchase} />
        </div>
      </div>
      {found === undefined ? (
        <div className="grid gap-4 p-4">
          <Awaited deal={deal} error={error} purchase={purchase} />
        </div>
      ) : (
        <>
          {isOthers && (
            <div className="grid justify-items-start gap-1 border-b border-line px-4 py-2">
              <p>{t(found.run === undefined ? 'run.notHere' : 'run.othersNote')}</p>
              <Id id={found.run === undefined ? deal : found.deal.requester} kind={idKind(parts, found)} />
            </div>
          )}
          {found.run !== undefined && <Followed run={found.run} deal={deal} />}
        </>
      )}
    </section>
  )
}

function idKind(parts: readonly string[], { run }: FoundRun): IdKind {
  if (!parts.includes('explorer')) return 'hash'
  return run === undefined ? 'deal' : 'address'
}

/** How far it is, what the app writes, and the result. */
function Followed({ run, deal }: { readonly run: Run; readonly deal: Hex }): ReactElement {
  const following = useRunState(run)
  const { state } = following
  const [taskId] = run.taskIds
  return (
    <>
      <div className="grid gap-4 p-4">
        <Progress state={state} />
        {following.error !== undefined && <Failure error={following.error} retry={following.again} />}
        {taskId !== undefined && <Logs taskId={taskId} deal={deal} />}
      </div>
      {state?.status === 'completed' && taskId !== undefined && (
        <div className="border-t border-line">
          <Suspense fallback={<Skeleton lines={6} />}>
            <Result of={taskId} first={state.task?.failure === undefined ? RESULT_FIRST : REASON_FIRST} />
          </Suspense>
        </div>
      )}
    </>
  )
}

/** Goes back to the form; from a purchase that may still come to be, only when that was said. */
function Close({ isAwaited, purchase }: { readonly isAwaited: boolean; readonly purchase: Purchase }): ReactElement {
  const { t } = useTranslation('store')
  const [isAsked, ask] = useState(false)
  return (
    <>
      <button
        type="button"
        className="button"
        disabled={purchase.buying.isPending}
        onClick={() => {
          if (isAwaited) ask(true)
          else purchase.leave()
        }}
      >
        {t('run.close')}
      </button>
      {isAsked && (
        <Dialog
          title={t('run.closeAwaited')}
          close={() => {
            ask(false)
          }}
        >
          <p>{t('run.mayStillCome')}</p>
          <div className="flex flex-wrap gap-2">
            <button
              type="button"
              className="button button-main"
              onClick={() => {
                ask(false)
              }}
            >
              {t('run.wait')}
            </button>
            <button type="button" className="button" onClick={purchase.leave}>
              {t('run.closeAnyway')}
            </button>
          </div>
        </Dialog>
      )}
    </>
  )
}

/** The deal is not on chain: it is on its way, or nothing came of it. */
function Awaited(props: {
  readonly deal: Hex
  readonly error: Error | null
  readonly purchase: Purchase
}): ReactElement {
  const { t } = useTranslation('store')
  const { deal, error, purchase } = props
  if (error !== null && !('code' in error && error.code === 'NotFound')) return <Failure error={error} />
  return (
    <div className="grid gap-2" aria-live="polite">
      <p className="flex items-center gap-2">
        <LoaderCircle aria-hidden size={16} className="shrink-0 animate-spin" />
        {purchase.buying.isPending ? t(`step.${purchase.step}`) : t('run.awaited')}
      </p>
      {!purchase.buying.isPending && error !== null && <p className="text-muted">{t('run.maybeNever')}</p>}
      <Id id={deal} kind="hash" />
    </div>
  )
}

function Progress({ state }: { readonly state: RunState | undefined }): ReactElement {
  const { t } = useTranslation('store')
  const { t: tTask } = useTranslation('task')
  if (state === undefined) return <Skeleton lines={4} />
  const now = stepOf(state)
  const votes = state.task?.contributions.length ?? 0
  return (
    <div className="grid gap-2">
      <ol className="grid gap-2">
        {STEPS.map((step) => (
          <li key={step} className="flex items-center gap-2" aria-current={step === now ? 'step' : undefined}>
            <StepMark step={step} now={now} status={state.status} />
            <span className={STEPS.indexOf(step) > STEPS.indexOf(now) ? 'text-muted' : ''}>
              {step === 'ended' && now === 'ended' ? t(`ended.${endOf(state)}`) : t(`progress.${step}`)}
            </span>
            {step === 'computing' && votes > 0 && (
              <span className="text-xs text-muted">{t('progress.votes', { count: votes })}</span>
            )}
          </li>
        ))}
      </ol>
      {state.task?.failure !== undefined && (
        <p role="alert" className="font-medium text-bad">
          {tTask(`failure.${state.task.failure}`)}
        </p>
      )}
      <p className="text-muted" aria-live="polite">
        {sayWhy(whyOf(state), tTask)}
      </p>
      {state.status === 'running' && state.nextDeadline !== undefined && (
        <p className="text-xs text-muted">
          {t('progress.next')} <Moment at={Number(state.nextDeadline.at)} />
        </p>
      )}
    </div>
  )
}

function sayWhy(why: Why, t: Translate<'task'>): string {
  switch (why.sentence) {
    case 'many':
      return t('progress.summary', why)
    case 'votes':
      return t('why.votes', why)
    case 'revealing':
      return t('why.revealing', why)
    default:
      return t(`why.${why.sentence}`)
  }
}

function endOf({ status, task }: RunState): 'completed' | 'fruitless' | 'failed' {
  if (status !== 'completed') return 'failed'
  return task?.failure === undefined ? 'completed' : 'fruitless'
}

function StepMark(props: {
  readonly step: Step
  readonly now: Step
  readonly status: RunState['status']
}): ReactElement {
  const { step, now, status } = props
  const [place, current] = [STEPS.indexOf(step), STEPS.indexOf(now)]
  if (status === 'ended' && step === 'ended') return <X aria-hidden size={16} className="shrink-0 text-bad" />
  if (place < current || now === 'ended') return <Check aria-hidden size={16} className="shrink-0 text-good" />
  if (place === current) return <LoaderCircle aria-hidden size={16} className="shrink-0 animate-spin" />
  return <CircleDashed aria-hidden size={16} className="shrink-0 text-muted" />
}
