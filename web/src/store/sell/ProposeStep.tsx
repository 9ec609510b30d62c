// The last step: the listing as an archive, and what to do with it.
import { Download } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { ActionFailure } from '../../wallet/ActionFailure.tsx'
import { saveBlob } from '../../show/result/saveBlob.ts'
import { Copy } from '../../show/Copy.tsx'
import { filesOf, jsonFilesOf, type DraftFault, type Proposal } from './propose.ts'
import { Step } from './Step.tsx'

/** What is proposed, or what is missing. */
export type ProposeProps = {
  readonly proposal: Proposal | undefined
  readonly faults: readonly DraftFault[]
  /** Somebody wants it: from then on the fields say what is wrong with them. */
  readonly want: () => void
  readonly isWanted: boolean
}

/** A button, and the words of what to do. */
export function ProposeStep({ proposal, faults, want, isWanted }: ProposeProps): ReactElement {
  const { t } = useTranslation('store')
  const [error, setError] = useState<Error | null>(null)
  const [refusals, setRefusals] = useState<readonly string[]>([])
  const save = async (whole: Proposal): Promise<void> => {
    try {
      const found = await refusalsOf(whole)
      setRefusals(found)
      if (found.length === 0) saveBlob(await pack(whole), `${whole.draft.folder}.zip`)
    } catch (fault) {
      setError(fault instanceof Error ? fault : new Error(String(fault)))
    }
  }
  const path = proposal === undefined ? '<org>/<app>' : `${proposal.draft.org}/${proposal.draft.folder}`
  const command = `iexec registry validate ${path}`
  return (
    <Step number={4} title={t('sell.propose')}>
      <ol className="grid list-inside list-decimal gap-2">
        <li>{t('sell.how.fork')}</li>
        <li>{t('sell.how.unpack')}</li>
        <li>
          {t('sell.how.check')}{' '}
          <span className="inline-flex items-center gap-1">
            <code dir="ltr" className="rounded bg-raised px-1 font-mono text-xs break-all">
              {command}
            </code>
            <Copy text={command} what={t('sell.command')} />
          </span>
        </li>
        <li>{t('sell.how.pull')}</li>
      </ol>
      <button
        type="button"
        className="button button-main justify-self-start"
        onClick={() => {
          want()
          if (proposal !== undefined) void save(proposal)
        }}
      >
        <Download aria-hidden size={16} />
        {t('sell.download')}
      </button>
      {isWanted && faults.length > 0 && (
        <div role="alert" className="grid gap-1 text-bad">
          <p className="font-medium">{t('sell.missing')}</p>
          <ul className="list-inside list-disc">
            {faults.map((fault) => (
              <li key={fault}>{t(`sell.fault.${fault}`)}</li>
            ))}
          </ul>
        </div>
      )}
      {refusals.length > 0 && (
        <ul role="alert" lang="en" className="list-inside list-disc text-bad">
          {refusals.map((refusal) => (
            <li key={refusal}>{refusal}</li>
          ))}
        </ul>
      )}
      <ActionFailure error={error} />
    </Step>
  )
}

/** What `iexec registry validate` would refuse: the same rules, loaded now. */
async function refusalsOf(proposal: Proposal): Promise<readonly string[]> {
  const { deployedFile, iexecListingFile, readListingFile, storeFile } = await import('@iexec/wire/listing/schema')
  const { iexec, deployed, store } = jsonFilesOf(proposal)
  const read = [
    readListingFile(iexecListingFile.app, iexec),
    readListingFile(deployedFile.app, deployed),
    readListingFile(storeFile, store),
  ]
  return read.flatMap((one) => (one.ok ? [] : one.faults.map(({ sentence }) => sentence)))
}

async function pack(proposal: Proposal): Promise<Blob> {
  const { zipSync } = await import('fflate')
  const zip = zipSync({ ...filesOf(proposal) })
  return new Blob([new Uint8Array(zip)], { type: 'application/zip' })
}
