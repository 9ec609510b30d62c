// An action that ends in deals. As soon as it is signed, its deal stands in the address: whoever reloads the page in the middle of it
// finds it again, and nobody pays twice.
import type { Iexec } from '@iexec/sdk'
import type { UseMutationResult } from '@tanstack/react-query'
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import type { Hex } from 'viem'
import { useAction } from '../wallet/useAction.ts'
import { dealsToKeep } from './deals.ts'
import { readDealsSearch } from './search.ts'

/** Hears of deals: of the id as soon as it is signed, and again when it is made. */
export type Tell = (what: 'signed' | 'made', dealId: Hex) => void

/** What is done. */
export type Act<Choice> = (iexec: Iexec, choice: Choice, tell: Tell) => Promise<void>

/** An action, and the deals of this page. */
export type Dealing<Choice> = {
  readonly acting: UseMutationResult<void, Error, Choice>
  readonly deals: readonly Hex[]
}

/** The deals that the address names, and how to write others there. */
export function useDeals(): readonly [readonly Hex[], (deals: readonly Hex[]) => void] {
  const { deals } = readDealsSearch(useSearch({ strict: false }))
  const navigate = useNavigate()
  return [
    deals === undefined ? [] : (deals.split(',') as Hex[]),
    (next) => {
      const search = (before: object): object => ({ ...before, deals: next.length === 0 ? undefined : next.join(',') })
      void navigate({ to: '.', search, replace: true, resetScroll: false })
    },
  ]
}

/**
 * An action over the connected wallet that makes deals.
 *
 * @example
 * const { acting, deals } = useDealing(async (iexec, choice: Choice, tell) => buy(iexec, choice, tell))
 */
export function useDealing<Choice>(act: Act<Choice>): Dealing<Choice> {
  const router = useRouter()
  const [deals, write] = useDeals()
  const acting = useAction(async (iexec, choice: Choice) => {
    const here = router.state.location.pathname
    const told: { readonly [What in 'signed' | 'made']: Set<Hex> } = { signed: new Set(), made: new Set() }
    const show = (ids: Iterable<Hex>): void => {
      // Who has gone on to another page finds his deals among his own.
      if (router.state.location.pathname === here) write([...ids])
    }
    const tell: Tell = (what, dealId) => {
      told[what].add(dealId)
      show(new Set([...told.made, ...told.signed]))
    }
    try {
      await act(iexec, choice, tell)
      show(told.made)
    } catch (error) {
      show(dealsToKeep({ signed: [...told.signed], made: [...told.made] }, error))
      throw error
    }
  })
  return { acting, deals }
}
