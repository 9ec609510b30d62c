// A guided page: from an app to a listing that is ready to be proposed to a registry.
import { readListing } from '@iexec/wire/listing'
import { useSearch } from '@tanstack/react-router'
import { useMemo, useState, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Page } from '../../show/Page.tsx'
import { useChain } from '../../site/chain.tsx'
import { useAppOnChain, useAppOnMarket } from '../app/useApp.ts'
import { Card } from '../catalogue/Card.tsx'
import type { Listed } from '../registries.ts'
import { readSellSearch } from '../storeSearch.ts'
import { useObjectUrl } from '../useObjectUrl.ts'
import { AppStep } from './AppStep.tsx'
import { DescribeStep } from './DescribeStep.tsx'
import { InputsStep } from './InputsStep.tsx'
import { draftFaults, jsonFilesOf, type Draft, type ProposedApp, type ProposedLogo } from './propose.ts'
import { ProposeStep } from './ProposeStep.tsx'
import { useDraft } from './useDraft.ts'

/** The page. */
export function SellPage(): ReactElement {
  const { t } = useTranslation('store')
  const { app: address } = readSellSearch(useSearch({ strict: false }))
  const { chainId } = useChain()
  const { data } = useAppOnChain(address)
  const [draft, change] = useDraft()
  const [logo, setLogo] = useState<ProposedLogo>()
  const [isWanted, setWanted] = useState(false)
  const app = useMemo((): ProposedApp | undefined => {
    if (address === undefined || data === undefined) return undefined
    const { owner, name, type, multiaddr, checksum, mrenclave } = data
    return { address, chainId, owner, name, type, multiaddr, checksum, mrenclave }
  }, [address, chainId, data])
  const faults = draftFaults(draft, { app, logo })
  const told = isWanted ? faults : []
  return (
    <Page title={t('sellYours')}>
      <p className="max-w-prose text-muted">{t('sell.about')}</p>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 lg:grid-cols-[minmax(0,1fr)_16rem]">
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-6">
          <AppStep app={address} />
          <DescribeStep draft={draft} change={change} setLogo={setLogo} faults={told} />
          <InputsStep draft={draft} change={change} fault={told.includes('inputs')} />
          <ProposeStep
            proposal={app === undefined || logo === undefined || faults.length > 0 ? undefined : { draft, app, logo }}
            faults={faults}
            isWanted={isWanted}
            want={() => {
              setWanted(true)
            }}
          />
        </div>
        <Preview draft={draft} app={app} logo={logo} />
      </div>
    </Page>
  )
}

type PreviewProps = {
  readonly draft: Draft
  readonly app: ProposedApp | undefined
  readonly logo: ProposedLogo | undefined
}

/** The card as it will be in the catalogue; its link leads nowhere yet. */
function Preview({ draft, app, logo }: PreviewProps): ReactElement {
  const { t } = useTranslation('store')
  const picture = useObjectUrl(
    useMemo(() => (logo === undefined ? undefined : new Blob([new Uint8Array(logo.bytes)])), [logo]),
  )
  const { price, usage, record } = useAppOnMarket(app?.address)
  const listing = readListing({ org: 'preview', name: 'preview', iexec: previewOf(draft, app) })
  if (listing === undefined) return <span />
  const registry = { url: document.baseURI, name: '', index: undefined, error: undefined, retry: () => undefined }
  const shown = { ...listing, ...(picture !== undefined && { logo: picture }) }
  const listed: Listed = { listing: shown, registry, source: 0 }
  const shelved = {
    listed,
    listing: shown,
    source: 0,
    address: app?.address,
    price: app === undefined ? null : price,
    usage,
    record,
  }
  return (
    <aside className="grid gap-2 lg:sticky lg:top-16" aria-label={t('sell.preview')}>
      <h2 className="text-lg font-semibold">{t('sell.preview')}</h2>
      <div className="max-w-60" inert>
        <Card shelved={shelved} hasSource={false} level="h3" />
      </div>
    </aside>
  )
}

function previewOf(draft: Draft, app: ProposedApp | undefined): unknown {
  const nobody = '0x0000000000000000000000000000000000000000'
  const known = app ?? {
    address: nobody,
    chainId: 1,
    owner: nobody,
    name: draft.folder === '' ? '…' : draft.folder,
    type: 'WASM',
    multiaddr: '',
    checksum: '0x',
    mrenclave: '0x',
  }
  return jsonFilesOf({
    draft: { ...draft, author: draft.author || '…' },
    app: known,
    logo: { name: '', bytes: new Uint8Array() },
  }).iexec
}
