// The params of a deal, key by key in words; what cannot be read is shown as it was written.
import { parseParams, type Params as Read } from '@iexec/protocol'
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Facts, type Fact } from '../../show/Facts.tsx'
import { Section } from '../task/Section.tsx'

/** The params of a deal. */
export function Params({ params }: { readonly params: string }): ReactElement {
  const { t } = useTranslation('task')
  const read = parseParams(params)
  const isEmpty = read.ok && Object.keys(read.params).length === 0
  return (
    <Section title={t('params.label')}>
      {!read.ok && (
        <div role="alert" className="grid gap-1 px-4 pt-3">
          <p className="font-medium text-bad">{t('params.refused')}</p>
          {read.problems.map(({ sentence }) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </div>
      )}
      {isEmpty && <p className="px-4 py-3 text-muted">{t('params.empty')}</p>}
      {read.ok && !isEmpty && <ReadParams params={read.params} />}
      {(!read.ok || !isEmpty) && (
        <details className="border-t border-line px-4 py-2">
          <summary className="min-h-6 cursor-pointer text-muted">{t('params.raw')}</summary>
          <pre className="overflow-x-auto py-2 font-mono text-xs break-all whitespace-pre-wrap">{params}</pre>
        </details>
      )}
    </Section>
  )
}

function ReadParams({ params }: { readonly params: Read }): ReactElement {
  const { t } = useTranslation('task')
  const facts: readonly Fact[] = [
    [t('params.arguments'), code(params.iexec_args)],
    [
      t('params.inputs'),
      params.iexec_input_files === undefined ? undefined : <Texts texts={params.iexec_input_files} />,
    ],
    [
      t('params.secrets'),
      params.iexec_secrets === undefined ? undefined : (
        <Texts
          texts={Object.entries(params.iexec_secrets).map(([position, name]) => t('params.secret', { position, name }))}
        />
      ),
    ],
    [
      t('params.encryption'),
      params.iexec_result_encryption === undefined
        ? undefined
        : t(params.iexec_result_encryption ? 'params.yes' : 'params.no'),
    ],
    [t('params.storage'), code(params.iexec_result_storage_provider)],
    [t('params.proxy'), code(params.iexec_result_storage_proxy)],
    [t('params.bulk'), code(params.bulk_cid)],
    [t('params.bag'), code(params.iexec_bag)],
  ]
  return <Facts facts={facts} />
}

function code(value: string | undefined): ReactElement | undefined {
  return value === undefined ? undefined : <code className="font-mono break-all whitespace-pre-wrap">{value}</code>
}

/** Addresses of strangers' files are texts: nobody opens them by a slip. */
function Texts({ texts }: { readonly texts: readonly string[] }): ReactElement {
  return (
    <ul className="grid gap-1">
      {texts.map((text, place) => (
        // The same file may be named twice.
        <li key={`${place} ${text}`} className="font-mono break-all">
          {text}
        </li>
      ))}
    </ul>
  )
}
