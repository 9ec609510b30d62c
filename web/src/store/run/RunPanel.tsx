// How an app is run: its inputs, how sure the result has to be, the price of it all, and the button.
import type { RunWish } from '@iexec/sdk'
import type { CategoryItem } from '@iexec/wire'
import type { Listing } from '@iexec/wire/listing'
import { Play } from 'lucide-react'
import { useState, type ReactElement, type SubmitEvent } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Address } from 'viem'
import { useMarket } from '../../read/useMarket.ts'
import { ActionFailure } from '../../wallet/ActionFailure.tsx'
import { Cost, missingOf } from '../../wallet/Cost.tsx'
import { useEstimate, usePurse } from '../../wallet/price.ts'
import { useWallet } from '../../wallet/useWallet.ts'
import { WalletButton } from '../../wallet/WalletButton.tsx'
import { sayDuration } from '../../show/say.ts'
import { CopyLink } from './CopyLink.tsx'
import { Help } from './field.tsx'
import { InputsForm } from './InputsForm.tsx'
import type { Purchase } from './usePurchase.ts'
import { useFreshFailure } from './useFreshFailure.ts'
import { useRun } from './useRun.ts'
import { useWish, type Wish } from './useWish.ts'

/** What is run. */
export type RunPanelProps = { readonly listing: Listing; readonly app: Address; readonly purchase: Purchase }

/** The form and its price. */
export function RunPanel({ listing, app, purchase }: RunPanelProps): ReactElement {
  const { t } = useTranslation('store')
  const wish = useWish(listing)
  const { draft, filled, tag } = wish
  const estimate = useEstimate({ app, wish: { category: BigInt(draft.category), trust: BigInt(draft.trust), tag } })
  const purse = usePurse()
  const [wasTried, setTried] = useState(false)
  const [failure, forget] = useFreshFailure(purchase.buying.error, draft)
  const isAwaited = useRun(app, purchase.run).data === undefined && purchase.run !== undefined
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault()
    setTried(true)
    if (!filled.ok) forget()
    if (!filled.ok || estimate.data === undefined || isAwaited) return
    purchase.buying.mutate({ wish: runWishOf(wish), shown: estimate.data.total })
  }
  return (
    <section className="card" aria-labelledby="run">
      <div className="flex items-center justify-between gap-2 border-b border-line px-4 py-2">
        <h2 id="run" className="text-lg font-semibold">
          {t('run.title')}
        </h2>
        <CopyLink isLong={wish.isLong} />
      </div>
      <form noValidate className="grid gap-4 p-4" onSubmit={submit}>
        <InputsForm listing={listing} wish={wish} areFaultsShown={wasTried} />
        <Terms wish={wish} />
        <Cost estimate={estimate} purse={purse} />
        <Buy
          purchase={purchase}
          isAwaited={isAwaited}
          isPriced={estimate.data !== undefined}
          isPoor={
            estimate.data !== undefined && purse !== undefined && missingOf(estimate.data.total, purse) > purse.outside
          }
        />
        {wasTried && !filled.ok && (
          <p role="alert" className="text-bad">
            {t('run.incomplete')}
          </p>
        )}
        <ActionFailure error={failure} />
      </form>
    </section>
  )
}

function runWishOf({ draft, filled, tag }: Wish): RunWish {
  const { args, inputFiles } = filled.ok ? filled : { args: '', inputFiles: [] }
  return {
    ...(args !== '' && { args }),
    ...(inputFiles.length > 0 && { inputFiles }),
    category: BigInt(draft.category),
    trust: BigInt(draft.trust),
    tag,
  }
}

type BuyProps = {
  readonly purchase: Purchase
  /** One is on its way: another one would be paid for, too. */
  readonly isAwaited: boolean
  readonly isPriced: boolean
  readonly isPoor: boolean
}

/** Without a wallet, the way to one. */
function Buy({ purchase, isAwaited, isPriced, isPoor }: BuyProps): ReactElement {
  const { t } = useTranslation('store')
  const wallet = useWallet()
  const { buying, step } = purchase
  if (wallet === undefined) {
    return (
      <div className="grid gap-2">
        <p className="text-muted">{t('run.needsWallet')}</p>
        <div className="justify-self-start">
          <WalletButton />
        </div>
      </div>
    )
  }
  return (
    <>
      <button
        type="submit"
        className="button button-main min-h-10 justify-center text-base"
        disabled={!isPriced || isPoor || isAwaited || buying.isPending}
      >
        <Play aria-hidden size={16} />
        {t('run.buy')}
      </button>
      <p aria-live="polite" className="text-muted empty:hidden">
        {buying.isPending ? t(`step.${step}`) : isAwaited && t('run.alreadyBuying')}
      </p>
    </>
  )
}

/** Chances of a wrong result that people ask for: less than one in so many. */
const TRUSTS = [0, 2, 8, 16, 64]

/** How sure, and how long. */
function Terms({ wish: { draft, change } }: { readonly wish: Wish }): ReactElement {
  const { t, language } = useTranslation('store')
  const { data } = useMarket<{ readonly categories: readonly CategoryItem[] }>({ path: '/categories', news: 'never' })
  const trusts = [...new Set([...TRUSTS, draft.trust])].toSorted((one, other) => one - other)
  return (
    <details className="rounded-lg border border-line px-3 py-2">
      <summary className="min-h-6 cursor-pointer font-medium">{t('run.terms')}</summary>
      <div className="grid gap-3 pt-3">
        <label className="grid gap-1">
          {t('run.trust')}
          <select
            className="field"
            value={draft.trust}
            onChange={({ target }) => {
              change({ trust: Number(target.value) })
            }}
          >
            {trusts.map((trust) => (
              <option key={trust} value={trust}>
                {trust <= 1 ? t('run.anyTrust') : t('run.trustOf', { trust })}
              </option>
            ))}
          </select>
          <Help text={t('run.trustHelp')} />
        </label>
        <label className="grid gap-1">
          {t('run.category')}
          <select
            className="field"
            value={draft.category}
            onChange={({ target }) => {
              change({ category: Number(target.value) })
            }}
          >
            {(data?.categories ?? []).map(({ catid, name, workClockTimeRef }) => (
              <option key={catid} value={catid}>
                {t('run.categoryOf', { name, time: sayDuration(workClockTimeRef * 10, language) })}
              </option>
            ))}
            {data?.categories.every(({ catid }) => catid !== draft.category) !== false && (
              <option value={draft.category}>{draft.category}</option>
            )}
          </select>
        </label>
      </div>
    </details>
  )
}
