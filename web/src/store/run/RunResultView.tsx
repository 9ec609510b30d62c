// What came out of a run: compared with what the chain says, and shown in place.
import type { RunResult } from '@iexec/sdk'
import type { UseQueryResult } from '@tanstack/react-query'
import { BadgeCheck, Download } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Skeleton } from '../../show/states.tsx'
import { saveBlob } from '../saveBlob.ts'
import { ActionFailure } from '../../wallet/ActionFailure.tsx'

/** The result, once it is there. */
export function RunResultView({ result }: { readonly result: UseQueryResult<RunResult> }): ReactElement {
  const { t } = useTranslation('store')
  const { t: tTask } = useTranslation('task')
  const { data, error, refetch } = result
  if (error !== null) {
    return (
      <div className="grid justify-items-start gap-2">
        <ActionFailure error={error} />
        <button type="button" className="button" onClick={() => void refetch()}>
          {t('result.again')}
        </button>
      </div>
    )
  }
  if (data === undefined) return <Skeleton lines={6} />
  return (
    <div className="grid gap-3">
      {data.failure !== undefined && (
        <p role="alert" className="font-medium text-bad">
          {tTask(`failure.${data.failure}`)}
        </p>
      )}
      {data.verified !== undefined && (
        <p className="flex items-center gap-2 text-good">
          <BadgeCheck aria-hidden size={16} className="shrink-0" />
          {t('result.verified')}
        </p>
      )}
      <Archive zip={data.zip} />
    </div>
  )
}

function Archive({ zip }: { readonly zip: Blob }): ReactElement {
  const { t } = useTranslation('store')
  return (
    <button
      type="button"
      className="button justify-self-start"
      onClick={() => {
        saveBlob(zip, 'result.zip')
      }}
    >
      <Download aria-hidden size={14} />
      {t('result.download')}
    </button>
  )
}
