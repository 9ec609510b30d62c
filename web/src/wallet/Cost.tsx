// What a run costs, who gets it, and what the wallet will be asked for: all of it before anything is signed.
import { formatRlc } from '@iexec/protocol'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Amount } from '../show/Amount.tsx'
import { Skeleton } from '../show/states.tsx'
import { useChain } from '../site/chain.tsx'
import { ActionFailure } from './ActionFailure.tsx'
import type { Estimate, Purse } from './price.ts'
import { useWallet } from './useWallet.ts'

/** What is known of the price. */
export type CostProps = { readonly estimate: Estimate; readonly purse: Purse | undefined }

/** The price, part by part. */
export function Cost({ estimate, purse }: CostProps): ReactElement {
  const { t } = useTranslation('wallet')
  const { data, error } = estimate
  if (error !== null) {
    return (
      <>
        {'code' in error && error.code === 'NoMatch' && <p aria-live="polite">{t('cost.noOrders')}</p>}
        <ActionFailure error={error} />
      </>
    )
  }
  if (data === undefined) return <Skeleton lines={4} />
  const { parts, total, gas, gasPriceWei } = data
  const lines: readonly (readonly [string, bigint])[] = [
    [t('cost.app'), parts.app],
    [t('cost.workerpool'), parts.workerpool],
    ...(parts.dataset > 0n ? [[t('cost.dataset'), parts.dataset] as const] : []),
  ]
  return (
    <div className="grid gap-2">
      <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1">
        {lines.map(([name, nRLC]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="text-end">
              <Amount nRLC={nRLC} />
            </dd>
          </div>
        ))}
        <dt className="border-t border-line pt-1 font-semibold">{t('cost.total')}</dt>
        <dd className="border-t border-line pt-1 text-end text-base font-semibold">
          <Amount nRLC={total} />
        </dd>
        <dt className="text-muted">{t('cost.gas')}</dt>
        <dd className="text-end text-muted tabular-nums">
          <Fee wei={gas * gasPriceWei} />
        </dd>
      </dl>
      <p className="text-xs text-muted">{t('cost.back')}</p>
      {purse !== undefined && <Asked total={total} purse={purse} />}
    </div>
  )
}

/** What the chain takes for transactions, about. */
export function Fee({ wei }: { readonly wei: bigint }): ReactElement {
  const { t, language } = useTranslation('wallet')
  const { coin } = useChain()
  const coins = Number(wei) / 1e18
  const amount = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 }).format(coins)
  return <>{t('cost.coins', { amount, coin: coin.symbol })}</>
}

function Asked({ total, purse }: { readonly total: bigint; readonly purse: Purse }): ReactElement {
  const { t } = useTranslation('wallet')
  const chain = useChain()
  const isElsewhere = useWallet()?.chainId !== chain.chainId
  const missing = missingOf(total, purse)
  return (
    <div className="grid gap-1 border-t border-line pt-2">
      <p className="font-medium">{t('cost.asks')}</p>
      <ol className="list-inside list-decimal">
        {isElsewhere && <li>{t('cost.switch', { chain: chain.name })}</li>}
        {missing > 0n && <li>{t('cost.deposit', { amount: formatRlc(missing) })}</li>}
        <li>{t('cost.sign')}</li>
        <li>{t('cost.send')}</li>
      </ol>
      {missing > purse.outside && (
        <p role="alert" className="font-medium text-bad">
          {t('cost.tooLittle', {
            total: formatRlc(total),
            stake: formatRlc(purse.stake),
            outside: formatRlc(purse.outside),
          })}
        </p>
      )}
    </div>
  )
}

/** What has to come from the wallet to the market before, in nRLC. */
export function missingOf(total: bigint, { stake }: Purse): bigint {
  return total > stake ? total - stake : 0n
}
