// What is wrong with the registries of the site: without it, what is missing would pass for what nobody lists.
import type { SignatureFault } from '@iexec/wire/listing'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Failure } from '../show/states.tsx'
import type { Registry } from './registries.ts'

/** Registries that cannot be read, or are not as they were made: the others are shown. */
export function RegistryFaults({ registries }: { readonly registries: readonly Registry[] }): ReactElement {
  const { t } = useTranslation('store')
  return (
    <>
      {registries.map(({ url, name, error, index, retry }) => {
        if (error !== undefined) {
          return (
            <section key={url} className="card border-bad" aria-label={t('registryFailed', { name })}>
              <Failure error={error} retry={retry} />
            </section>
          )
        }
        if (index?.refused !== undefined) return <Refused key={url} name={name} fault={index.refused} />
        if (index === undefined || (index.isWhole && index.dropped === 0)) return null
        return (
          <p key={url} role="alert" className="card border-warn px-4 py-2 text-warn">
            {index.isWhole ? t('dropped', { name, count: index.dropped }) : t('damaged', { name })}
          </p>
        )
      })}
    </>
  )
}

/** Nothing of it is shown: its listings could be anybody's. */
function Refused({ name, fault }: { readonly name: string; readonly fault: SignatureFault }): ReactElement {
  const { t } = useTranslation('store')
  return (
    <p role="alert" className="card border-bad px-4 py-2 wrap-anywhere text-bad">
      {fault.reason === 'unsigned'
        ? t('signature.unsigned', { name, expected: fault.expected.join(', ') })
        : fault.reason === 'otherSigner'
          ? t('signature.other', { name, signer: fault.signer, expected: fault.expected.join(', ') })
          : t('signature.forged', { name })}
    </p>
  )
}
