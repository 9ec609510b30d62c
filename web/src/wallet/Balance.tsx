// What the owner of the wallet has: on the market, held by it, and outside; and how to move it.
import { formatIn, formatRlc, parseRlc } from '@iexec/protocol'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import type { Address } from 'viem'
import { Amount } from '../show/Amount.tsx'
import { Failure, Skeleton } from '../show/states.tsx'
import { useChain } from '../site/chain.tsx'
import { ActionFailure } from './ActionFailure.tsx'
import { useAction } from './useAction.ts'
import { useReader } from './useWallet.ts'

/** Balances of an account, and a form that moves RLC to the market and back. */
export function Balance({ address }: { readonly address: Address }): ReactElement {
  const { t } = useTranslation('wallet')
  const chain = useChain()
  const openReader = useReader()
  const { data, error, refetch } = useQuery({
    queryKey: [chain.slug, 'blocks', 'balance', address],
    queryFn: async () => {
      const iexec = await openReader()
      const [{ stake, locked }, { nRLC }] = await Promise.all([iexec.account.show(address), iexec.wallet.show(address)])
      return { stake, locked, nRLC }
    },
  })
  if (data === undefined) {
    return error === null ? <Skeleton lines={3} /> : <Failure error={error} retry={() => void refetch()} />
  }
  return (
    <>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        <dt className="text-muted">{t('stake')}</dt>
        <dd className="text-end">
          <Amount nRLC={data.stake} />
        </dd>
        <dt className="text-muted">{t('locked')}</dt>
        <dd className="text-end">
          <Amount nRLC={data.locked} />
        </dd>
        <dt className="text-muted">{t('outside')}</dt>
        <dd className="text-end">
          <Amount nRLC={data.nRLC} />
        </dd>
      </dl>
      <Move most={{ deposit: data.nRLC, withdraw: data.stake }} />
    </>
  )
}

type Direction = 'deposit' | 'withdraw'

function Move({ most }: { readonly most: Readonly<Record<Direction, bigint>> }): ReactElement {
  const { t } = useTranslation('wallet')
  const { slug } = useChain()
  const cache = useQueryClient()
  const [amount, setAmount] = useState('')
  const moving = useAction(async (iexec, { direction, nRLC }: { direction: Direction; nRLC: bigint }) => {
    await iexec.account[direction](nRLC)
    setAmount('')
    await cache.invalidateQueries({ queryKey: [slug, 'blocks', 'balance'] })
  })
  const nRLC = readAmount(amount)
  const fits = (direction: Direction): boolean => nRLC !== undefined && nRLC > 0n && nRLC <= most[direction]
  const tooMuch = (direction: Direction): boolean => nRLC !== undefined && nRLC > most[direction]
  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault()
      }}
    >
      <label className="grid gap-1">
        {t('amount')}
        <input
          className="field"
          inputMode="decimal"
          placeholder="1.5"
          value={amount}
          aria-invalid={amount !== '' && nRLC === undefined}
          onChange={({ target }) => {
            setAmount(target.value)
          }}
        />
      </label>
      <div className="grid grid-cols-2 gap-2">
        {(['deposit', 'withdraw'] as const).map((direction) => (
          <div key={direction} className="grid gap-1">
            <button
              type="button"
              className="button justify-center"
              disabled={!fits(direction) || moving.isPending}
              onClick={() => {
                moving.mutate({ direction, nRLC: nRLC ?? 0n })
              }}
            >
              {t(direction)}
            </button>
            <button
              type="button"
              className="link min-h-6 cursor-pointer text-center"
              onClick={() => {
                setAmount(formatIn(most[direction], 'RLC'))
              }}
            >
              {t('most', { amount: formatRlc(most[direction]) })}
            </button>
          </div>
        ))}
      </div>
      <div aria-live="polite">
        {amount !== '' && nRLC === undefined && <p className="text-bad">{t('noAmount')}</p>}
        {(['deposit', 'withdraw'] as const).filter(tooMuch).map((direction) => (
          <p key={direction} className="text-bad">
            {t(`tooMuch.${direction}`, { most: formatRlc(most[direction]) })}
          </p>
        ))}
        {moving.isPending && <p>{t('confirm')}</p>}
      </div>
      <ActionFailure error={moving.error} />
    </form>
  )
}

/** In nRLC; `undefined` when it is no amount. */
function readAmount(text: string): bigint | undefined {
  try {
    return parseRlc(text, 'RLC')
  } catch {
    return undefined
  }
}
