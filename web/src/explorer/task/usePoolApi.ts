// Whether the API of a workerpool may be asked: only one that whoever runs the site has named. Its owner wrote where it is, and could
// otherwise learn who looks at what.
import type { PoolEndpointItem } from '@iexec/wire'
import type { Address } from 'viem'
import { useMarket } from '../../read/useMarket.ts'
import { useChain } from '../../site/chain.tsx'

/** Where the API of a workerpool is, as far as this site is concerned. */
export type PoolApi =
  | { readonly is: 'reading' | 'silent' | 'named' }
  /** It is somewhere, and the site does not ask there. */
  | { readonly is: 'foreign'; readonly origin: string }

/** Where the API of a workerpool is: read from the market, which asks nobody. */
export function usePoolApi(workerpool: Address): PoolApi {
  const { chainId, poolUrls = [] } = useChain()
  const { data, error } = useMarket<PoolEndpointItem>({
    path: `/${chainId}/workerpools/${workerpool}`,
    news: 'never',
  })
  if (data === undefined) return { is: error === null ? 'reading' : 'silent' }
  return judgePoolApi(data.apiUrl, poolUrls)
}

/**
 * Whether a site asks an API.
 *
 * @param poolUrls what its config.json names
 * @example
 * judgePoolApi('https://pool.example/api', ['https://pool.example']) // { is: 'named' }
 */
export function judgePoolApi(apiUrl: string, poolUrls: readonly string[]): PoolApi {
  const origin = URL.parse(apiUrl)?.origin
  if (origin === undefined) return { is: 'silent' }
  return poolUrls.some((url) => URL.parse(url)?.origin === origin) ? { is: 'named' } : { is: 'foreign', origin }
}
