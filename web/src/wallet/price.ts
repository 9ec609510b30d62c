// What a run costs, by the open orders of the market, and what its buyer has: known before anything is signed.
import type { Iexec, OrderWish, RunEstimate, RunWish } from '@iexec/sdk'
import { skipToken, useQuery } from '@tanstack/react-query'
import type { Address } from 'viem'
import { useChain } from '../site/chain.tsx'
import { UNTIL_ANSWERED } from './untilAnswered.ts'
import { useReader, useWallet } from './useWallet.ts'

/** What is bought, and the most that each of its orders may cost. */
export type PriceWish = {
  readonly app: Address
  readonly wish: RunWish
  readonly limits?: Pick<OrderWish, 'appmaxprice' | 'datasetmaxprice' | 'workerpoolmaxprice'>
}

/** What is known of a price. */
export type Estimate = {
  readonly data: RunEstimate | undefined
  /** Why it is not known, or no longer sure. */
  readonly error: Error | null
}

/**
 * What a run would cost now whoever is connected, by the open orders of the market; asked again when these change, and until there
 * is an answer.
 *
 * @param wanted nothing is asked without it
 * @example
 * const { data, error } = useEstimate({ app, wish: { category: 0n, trust: 8n } })
 */
export function useEstimate(wanted: PriceWish | undefined): Estimate {
  const { slug } = useChain()
  const requester = useWallet()?.address
  const openReader = useReader()
  const { data, error, failureReason } = useQuery({
    queryKey: [slug, 'orders', 'estimate', requester, inWords(wanted)],
    queryFn: wanted === undefined ? skipToken : async () => estimate(await openReader(), { ...wanted, requester }),
    ...UNTIL_ANSWERED,
  })
  return { data, error: error ?? failureReason }
}

async function estimate(
  { context, orderbooks }: Iexec,
  { app, wish, limits, requester }: PriceWish & { readonly requester: Address | undefined },
): Promise<RunEstimate> {
  const { dataset, workerpool, category, tag, trust, volume } = wish
  const [{ estimateOf }, found] = await Promise.all([
    import('@iexec/sdk'),
    orderbooks.findBest({ app, dataset, workerpool, category, tag, trust, volume, requester, ...limits }),
  ])
  return estimateOf(context, { ...found, app, wish })
}

/** Keys of questions are JSON, which has no large numbers. */
function inWords(wanted: PriceWish | undefined): string {
  return JSON.stringify(wanted, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
}

/** What the owner of the wallet has. In nRLC. */
export type Purse = { readonly stake: bigint; readonly outside: bigint }

/** What is on the market and what is in the wallet; `undefined` without a wallet. */
export function usePurse(): Purse | undefined {
  const { slug } = useChain()
  const wallet = useWallet()
  const openReader = useReader()
  const { data } = useQuery({
    queryKey: [slug, 'blocks', 'balance', 'purse', wallet?.address],
    queryFn: async () => {
      const iexec = await openReader()
      const address = wallet?.address ?? '0x'
      const [{ stake }, { nRLC }] = await Promise.all([iexec.account.show(address), iexec.wallet.show(address)])
      return { stake, outside: nRLC }
    },
    enabled: wallet !== undefined,
  })
  return wallet === undefined ? undefined : data
}
