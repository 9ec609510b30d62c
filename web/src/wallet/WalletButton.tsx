// The wallet in the frame: connect one, see whose it is, put RLC on the market and take it back.
import { Link } from '@tanstack/react-router'
import { Wallet } from 'lucide-react'
import { lazy, Suspense, useState, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Dialog } from '../show/Dialog.tsx'
import { Skeleton } from '../show/states.tsx'
import { Id, shorten } from '../show/Id.tsx'
import { Mark } from '../show/Mark.tsx'
import { useChain } from '../site/chain.tsx'
import { useWallet } from './useWallet.ts'
import { disconnectWallet } from './wallets.ts'

// Nobody needs them before the button is pressed.
const Balance = lazy(async () => ({ default: (await import('./Balance.tsx')).Balance }))
const ConnectList = lazy(async () => ({ default: (await import('./ConnectList.tsx')).ConnectList }))

/** A button that says whether a wallet is connected, and opens what can be done with it. */
export function WalletButton(): ReactElement {
  const { t } = useTranslation('wallet')
  const { slug } = useChain()
  const wallet = useWallet()
  const [isOpen, setOpen] = useState(false)
  const close = (): void => {
    setOpen(false)
  }
  return (
    <>
      <button
        type="button"
        className={`button ${wallet === undefined ? 'button-main' : ''}`}
        onClick={() => {
          setOpen(true)
        }}
      >
        {wallet === undefined ? <Wallet aria-hidden size={16} /> : <Mark id={wallet.address} />}
        {wallet === undefined ? t('connect') : <span className="font-mono">{shorten(wallet.address)}</span>}
      </button>
      {isOpen && (
        <Dialog title={wallet === undefined ? t('choose') : t('yours')} close={close}>
          {wallet === undefined ? (
            <Suspense fallback={<Skeleton lines={2} />}>
              <ConnectList />
            </Suspense>
          ) : (
            <>
              <Id id={wallet.address} kind="address" />
              <Suspense fallback={<Skeleton lines={3} />}>
                <Balance address={wallet.address} />
              </Suspense>
              <div className="flex flex-wrap gap-2">
                <Link to={`/${slug}/address/${wallet.address}`} className="button" onClick={close}>
                  {t('account')}
                </Link>
                <button type="button" className="button" onClick={disconnectWallet}>
                  {t('disconnect')}
                </button>
              </div>
            </>
          )}
        </Dialog>
      )}
    </>
  )
}
