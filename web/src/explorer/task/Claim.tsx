// Ends what was not finished in time, so that its price goes back: for whoever has a wallet.
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Hex } from 'viem'
import { Id } from '../../show/Id.tsx'
import { ActionFailure } from '../../wallet/ActionFailure.tsx'
import { useAction } from '../../wallet/useAction.ts'
import { useWallet } from '../../wallet/useWallet.ts'
import { WalletButton } from '../../wallet/WalletButton.tsx'

/** What is claimed: one task, or all tasks of a deal that are over, also those that nobody began. */
export type ClaimProps = ({ readonly taskid: Hex } | { readonly dealid: Hex }) & {
  /** What was claimed here is told although nothing is left to claim. */
  readonly isClaimable: boolean
}

/** A button that claims, and what came of it. */
export function Claim(props: ClaimProps): ReactElement | null {
  const { t } = useTranslation('task')
  const wallet = useWallet()
  const claim = useAction<void, readonly Hex[]>(async (iexec) => {
    if ('taskid' in props) return [(await iexec.tasks.claim(props.taskid)).txHash]
    return (await iexec.deals.claim(props.dealid)).transactions.map(({ txHash }) => txHash)
  })
  if (claim.data !== undefined) {
    return (
      <output className="flex flex-wrap items-center gap-3 text-good">
        {t('claim.done')}
        {claim.data.map((txHash) => (
          <Id key={txHash} id={txHash} kind="tx" />
        ))}
      </output>
    )
  }
  if (!props.isClaimable) return null
  if (wallet === undefined) {
    return (
      <div className="flex flex-wrap items-center gap-3">
        <p>{t('claim.needsWallet')}</p>
        <WalletButton />
      </div>
    )
  }
  return (
    <div className="grid justify-items-start gap-2">
      <button
        type="button"
        className="button button-main"
        disabled={claim.isPending}
        onClick={() => {
          claim.mutate()
        }}
      >
        {claim.isPending ? t('claim.sending') : t('taskid' in props ? 'claim.task' : 'claim.deal')}
      </button>
      <ActionFailure error={claim.error} />
    </div>
  )
}
