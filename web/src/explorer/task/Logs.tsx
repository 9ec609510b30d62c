// What the app wrote on each worker: kept by the workerpool, for the requester alone.
import { isSameAddress } from '@iexec/protocol'
import type { WorkerLogs } from '@iexec/sdk'
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Id } from '../../show/Id.tsx'
import { ActionFailure } from '../../wallet/ActionFailure.tsx'
import { useAction } from '../../wallet/useAction.ts'
import { useWallet } from '../../wallet/useWallet.ts'
import { Section } from './Section.tsx'
import { usePoolApi } from './usePoolApi.ts'
import type { TaskView } from './useTask.ts'

/** The logs of a task, when the requester asks for them. */
export function Logs({ view: { taskid, deal } }: { readonly view: TaskView }): ReactElement {
  const { t } = useTranslation('task')
  const wallet = useWallet()
  const logs = useAction<void, readonly WorkerLogs[]>(async (iexec) =>
    iexec.tasks.logs(taskid, { dealid: deal.dealid }),
  )
  const pool = usePoolApi(deal.workerpool.pointer)
  const isRequester = wallet !== undefined && isSameAddress(wallet.address, deal.requester)
  return (
    <Section title={t('logs.label')}>
      <div className="grid justify-items-start gap-3 p-4">
        {pool.is === 'silent' && <p className="text-muted">{t('pool.silent')}</p>}
        {pool.is === 'foreign' && (
          <p className="break-words text-muted">{t('pool.foreign', { origin: pool.origin })}</p>
        )}
        {pool.is === 'named' && !isRequester && <p className="text-muted">{t('logs.ofRequester')}</p>}
        {pool.is === 'named' && isRequester && (
          <button
            type="button"
            className="button"
            disabled={logs.isPending}
            onClick={() => {
              logs.mutate()
            }}
          >
            {t(logs.isPending ? 'logs.reading' : 'logs.read')}
          </button>
        )}
        <ActionFailure error={logs.error} />
        {logs.data?.map((one) => (
          <OfWorker key={one.worker} logs={one} />
        ))}
      </div>
    </Section>
  )
}

function OfWorker({ logs: { worker, stdout, stderr } }: { readonly logs: WorkerLogs }): ReactElement {
  const { t } = useTranslation('task')
  return (
    <div className="grid w-full min-w-0 gap-2">
      <h3>
        <Id id={worker} kind="worker" />
      </h3>
      {stdout === '' && stderr === '' && <p className="text-muted">{t('logs.empty')}</p>}
      {Object.entries({ stdout, stderr }).map(
        ([name, text]) =>
          text !== '' && (
            // Long logs are scrolled, by keyboard too.
            <section
              key={name}
              tabIndex={0}
              aria-label={`${name} ${worker}`}
              className="max-h-96 overflow-auto rounded-lg bg-raised p-3"
            >
              <pre className="font-mono text-xs break-words whitespace-pre-wrap">{text}</pre>
            </section>
          ),
      )}
    </div>
  )
}
