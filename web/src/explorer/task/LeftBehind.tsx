// What the app left behind where the workers agreed that there is no result: one of them brought it, and nobody voted on it.
import { useMutation } from '@tanstack/react-query'
import { lazy, Suspense, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Hex } from 'viem'
import { REASON_FIRST } from '../../show/result/preview.ts'
import { Skeleton } from '../../show/states.tsx'
import { ActionFailure } from '../../wallet/ActionFailure.tsx'
import { useReader } from '../../wallet/useWallet.ts'
import { Section } from './Section.tsx'

const Result = lazy(async () => ({ default: (await import('../../show/Result.tsx')).Result }))

/** The archive of a task that ended without a result, for whoever wants to know why. */
export function LeftBehind({ taskid }: { readonly taskid: Hex }): ReactElement {
  const { t } = useTranslation('task')
  const openReader = useReader()
  const reading = useMutation({ mutationFn: async () => (await openReader()).results.download(taskid) })
  return (
    <Section title={t('leftBehind.label')}>
      <div className="grid justify-items-start gap-3 p-4">
        <p className="max-w-prose text-muted">{t('leftBehind.about')}</p>
        {reading.data === undefined && (
          <button
            type="button"
            className="button"
            disabled={reading.isPending}
            onClick={() => {
              reading.mutate()
            }}
          >
            {t(reading.isPending ? 'leftBehind.reading' : 'leftBehind.read')}
          </button>
        )}
        <ActionFailure error={reading.error} />
      </div>
      {reading.data !== undefined && (
        <Suspense fallback={<Skeleton lines={6} />}>
          <Result of={reading.data} first={REASON_FIRST} />
        </Suspense>
      )}
    </Section>
  )
}
