// A purchase: its price before anything is signed, the steps of it, and the run that it becomes, whose id stands in the address.
import { NO_ADDRESS } from '@iexec/protocol'
import type { RunWish } from '@iexec/sdk'
import type { UseMutationResult } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { Address, Hex } from 'viem'
import { isWalletRefusal } from '../../wallet/isWalletRefusal.ts'
import { tellDeposited } from '../../wallet/tellDeposited.ts'
import { useAction } from '../../wallet/useAction.ts'
import { readRunSearch } from '../storeSearch.ts'
import { useIsHere } from '../useIsHere.ts'

/** The address of an app that is not on this chain: nothing is bought there. */
export const NOWHERE: Address = NO_ADDRESS

/** What is bought: at most for what was shown. */
export type Order = { readonly wish: RunWish; readonly shown: bigint }

/** Where a purchase is: the SDK finds the orders, a request is to be signed, or is on its way to the chain. */
export type PurchaseStep = 'orders' | 'signing' | 'sending' | 'made'

/** A purchase, and the run that the address tells of. */
export type Purchase = {
  readonly buying: UseMutationResult<unknown, Error, Order>
  readonly step: PurchaseStep
  /** The deal that was bought, or will be. */
  readonly run: Hex | undefined
  /** Goes back to the form. */
  readonly leave: () => void
}

/**
 * Buys runs of an app. As soon as the request is signed, its deal stands in the address: whoever reloads the page in the middle of
 * a purchase finds it again.
 */
export function usePurchase(app: Address): Purchase {
  const navigate = useNavigate()
  const isHere = useIsHere()
  const { run } = readRunSearch(useSearch({ strict: false }))
  const [step, setStep] = useState<PurchaseStep>('orders')
  const show = (dealId: Hex | undefined, isFirst = false): void => {
    void navigate({
      to: '.',
      search: (before: object) => ({ ...before, run: dealId }),
      replace: !isFirst,
      resetScroll: false,
    })
  }
  const buying = useAction(async (iexec, { wish, shown }: Order) => {
    // Who has gone on to another page finds his run among his deals.
    const showHere: typeof show = (...told) => {
      if (isHere()) show(...told)
    }
    setStep('orders')
    const estimate = await iexec.estimate(app, { ...wish, maxPrice: shown })
    setStep('signing')
    let isMade = false
    let isShown = false
    try {
      await tellDeposited(iexec, estimate.missingStake, async () =>
        iexec.start(estimate, {
          deposit: 'auto',
          onRequest: (dealId) => {
            setStep('sending')
            showHere(dealId, !isShown)
            isShown = true
          },
          onDeal: ({ dealId }) => {
            isMade = true
            setStep('made')
            showHere(dealId)
          },
        }),
      )
    } catch (error) {
      // Of what was refused there is no deal, and none will come.
      if (!isMade && !isUncertain(error)) showHere(undefined)
      throw error
    }
  })
  return {
    buying,
    step,
    run,
    leave: () => {
      buying.reset()
      show(undefined)
    },
  }
}

/** Whether the purchase may still come to be although it is not known yet. */
function isUncertain(error: unknown): boolean {
  if (isWalletRefusal(error)) return false
  return error instanceof Error && 'code' in error && (error.code === 'NotMined' || error.code === 'ChainUnreachable')
}
