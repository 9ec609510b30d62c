// The first step: which app is sold. One that is on chain, or a fresh one, which is registered and offered here.
import { useNavigate } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Address } from 'viem'
import { Facts } from '../../show/Facts.tsx'
import { Id } from '../../show/Id.tsx'
import { Skeleton } from '../../show/states.tsx'
import { ActionFailure } from '../../wallet/ActionFailure.tsx'
import { useWallet } from '../../wallet/useWallet.ts'
import { useAppOnChain, useAppOnMarket } from '../app/useApp.ts'
import { Price } from '../Price.tsx'
import { Deploy } from './Deploy.tsx'
import { Offer } from './Offer.tsx'
import { Step } from './Step.tsx'
import { TextField } from './TextField.tsx'

/** The app that the address of the page names. */
export function AppStep({ app }: { readonly app: Address | undefined }): ReactElement {
  const { t } = useTranslation('store')
  const navigate = useNavigate()
  const [typed, setTyped] = useState<string>(app ?? '')
  const [isFresh, setFresh] = useState(false)
  const choose = (address: string): void => {
    setTyped(address)
    const isWhole = /^0x[0-9a-f]{40}$/iu.test(address.trim())
    if (isWhole || address.trim() === '') {
      void navigate({
        to: '.',
        search: { app: isWhole ? address.trim() : undefined },
        replace: true,
        resetScroll: false,
      })
    }
  }
  return (
    <Step number={1} title={t('sell.app')}>
      <fieldset className="flex flex-wrap gap-4">
        <legend className="sr-only">{t('sell.app')}</legend>
        {[false, true].map((fresh) => (
          <label key={String(fresh)} className="flex min-h-6 items-center gap-2">
            <input
              type="radio"
              name="fresh"
              className="size-4 accent-accent"
              checked={isFresh === fresh}
              onChange={() => {
                setFresh(fresh)
              }}
            />
            {fresh ? t('sell.fresh') : t('sell.onChain')}
          </label>
        ))}
      </fieldset>
      {isFresh ? (
        <Deploy
          deployed={(address) => {
            setFresh(false)
            choose(address)
          }}
        />
      ) : (
        <TextField label={t('sell.address')} value={typed} change={choose} placeholder="0x…" isCode />
      )}
      {app !== undefined && !isFresh && <Found app={app} />}
    </Step>
  )
}

function Found({ app }: { readonly app: Address }): ReactElement {
  const { t } = useTranslation('store')
  const { data, error } = useAppOnChain(app)
  const { price, left } = useAppOnMarket(app)
  const wallet = useWallet()
  if (error !== null) return <ActionFailure error={error} />
  if (data === undefined) return <Skeleton lines={4} />
  const isMine = wallet?.address.toLowerCase() === data.owner.toLowerCase()
  return (
    <>
      <div className="rounded-lg border border-line">
        <Facts
          facts={[
            [t('fact.nameOnChain'), <bdi key="name">{data.name}</bdi>],
            [t('fact.owner'), <Id key="owner" id={data.owner} kind="address" />],
            [t('fact.type'), data.type],
            [t('figure.price'), <Price key="price" nRLC={price} />],
            [t('fact.left'), left],
          ]}
        />
      </div>
      {wallet !== undefined && !isMine && <p className="text-warn">{t('sell.notYours')}</p>}
      {price === null && (isMine ? <Offer app={app} /> : <p className="text-warn">{t('sell.notOffered')}</p>)}
    </>
  )
}
