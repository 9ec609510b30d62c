// What the app writes on each worker, as the workerpool tells its buyer: all that is kept, then each piece as it comes.
import type { Iexec } from '@iexec/sdk'
import { useEffect, useRef, useState, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Hex } from 'viem'
import { shorten } from '../../show/Id.tsx'
import { ActionFailure } from '../../wallet/ActionFailure.tsx'
import { useAction } from '../../wallet/useAction.ts'
import { useWallet } from '../../wallet/useWallet.ts'

/** Of which task. */
export type LogsProps = { readonly taskId: Hex; readonly deal: Hex }

/** What is shown of one worker at most. */
const MOST_SIGNS = 50_000

type Texts = ReadonlyMap<string, string>

/** A button that asks for the logs (the wallet signs who asks), then the logs. */
export function Logs({ taskId, deal }: LogsProps): ReactElement | null {
  const { t } = useTranslation('store')
  const wallet = useWallet()
  const [texts, setTexts] = useState<Texts>(new Map())
  const leaving = useRef<AbortController>(undefined)
  useEffect(
    () => () => {
      leaving.current?.abort()
    },
    [],
  )
  const listening = useAction(async (iexec) => {
    leaving.current?.abort()
    const listener = new AbortController()
    leaving.current = listener
    setTexts(new Map())
    await listen(iexec, { taskId, deal, signal: listener.signal }, (worker, text) => {
      setTexts((before) => new Map(before).set(worker, `${before.get(worker) ?? ''}${text}`.slice(-MOST_SIGNS)))
    })
  })
  if (wallet === undefined) return null
  return (
    <div className="grid gap-2">
      <button
        type="button"
        className="button justify-self-start"
        disabled={listening.isPending}
        onClick={() => {
          listening.mutate(undefined)
        }}
      >
        {listening.isPending ? t('logs.listening') : t('logs.show')}
      </button>
      {listening.isSuccess && texts.size === 0 && <p className="text-muted">{t('logs.none')}</p>}
      {[...texts].map(([worker, text]) => (
        <section key={worker} className="grid gap-1" aria-label={t('logs.of', { worker: shorten(worker) })}>
          <h3 className="text-xs text-muted">{t('logs.of', { worker: shorten(worker) })}</h3>
          <pre
            tabIndex={0}
            dir="ltr"
            className="max-h-64 overflow-auto rounded-lg bg-raised p-3 text-xs break-words whitespace-pre-wrap"
          >
            {text}
          </pre>
        </section>
      ))}
      <ActionFailure error={listening.error} />
    </div>
  )
}

type Listened = { readonly taskId: Hex; readonly deal: Hex; readonly signal: AbortSignal }

async function listen(
  iexec: Iexec,
  { taskId, deal, signal }: Listened,
  tell: (worker: string, text: string) => void,
): Promise<void> {
  try {
    for await (const news of await iexec.tasks.stream(taskId, { dealid: deal, logs: true, signal })) {
      if (news.type === 'log') tell(news.worker, news.text)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
