// The wallets that this browser has, to choose one.
import { useMutation } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { ActionFailure } from './ActionFailure.tsx'
import { useWallets } from './useWallet.ts'
import { connectWallet } from './wallets.ts'

/** A button for each wallet; or what to do without one. */
export function ConnectList(): ReactElement {
  const { t } = useTranslation('wallet')
  const { found } = useWallets()
  const connecting = useMutation({ mutationFn: connectWallet })
  if (found.length === 0) return <p>{t('none')}</p>
  return (
    <>
      <ul className="grid gap-2">
        {found.map(({ rdns, name, icon }) => (
          <li key={rdns}>
            <button
              type="button"
              className="button w-full justify-start py-2"
              disabled={connecting.isPending}
              onClick={() => {
                connecting.mutate(rdns)
              }}
            >
              {/* Only data: the page loads no picture from anywhere else. */}
              {icon.startsWith('data:image/') && <img src={icon} alt="" width={24} height={24} />}
              <bdi>{name}</bdi>
            </button>
          </li>
        ))}
      </ul>
      {connecting.isPending && <p aria-live="polite">{t('confirm')}</p>}
      <ActionFailure error={connecting.error} />
    </>
  )
}
