// What a page of the site may load, run and ask: a Content-Security-Policy, made of what its config.json names.
import type { SiteConfig } from '../site/config.ts'

/** What a policy is of: the services that config.json names, no more. */
export type PolicyOf = Pick<SiteConfig, 'chains' | 'listings'>

/**
 * The policy of a page. The page asks itself, and the services that its owner named. The origin of a pool's own API is written on the
 * chain by whoever owns the pool: a page that asked it would tell strangers who looks at what, and data would have a way out. So
 * pools are asked only where config.json names them (`poolUrls`).
 *
 * @returns as a `meta` element may say it; what only a header may say is added by `headerPolicy`
 * @example
 * policyOf({ chains: [], listings: [] }) // "default-src 'none'; script-src 'self'; …"
 */
export function policyOf({ chains, listings }: PolicyOf): string {
  const indexes = originsOf(listings)
  const services = chains.flatMap(({ rpcUrl, marketUrl, storageUrl, ipfsApiUrl, poolUrls = [] }) =>
    originsOf([rpcUrl, marketUrl, storageUrl, ...(ipfsApiUrl === undefined ? [] : [ipfsApiUrl]), ...poolUrls]),
  )
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // Logos of foreign indexes come from where these lie.
    ["img-src 'self' blob: data:", ...new Set(indexes)].join(' '),
    ["connect-src 'self'", ...new Set([...services, ...indexes])].join(' '),
    // A result that is a page is shown in a frame without scripts and without an origin.
    "frame-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'self'",
    "form-action 'none'",
  ].join('; ')
}

/** The policy of a page as a header: nobody may put it into a frame, which a page cannot say of itself. */
export function headerPolicy(config: PolicyOf): string {
  return `${policyOf(config)}; frame-ancestors 'none'`
}

/** Of everything that is no page: opened alone, it may do nothing at all. A logo may be an SVG of a stranger. */
export const FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"

/** An address without an origin is of the site itself. */
function originsOf(urls: readonly string[]): readonly string[] {
  return urls.flatMap((url) => {
    const parsed = URL.parse(url)
    return parsed !== null && /^(?:https?|wss?):$/u.test(parsed.protocol) ? [parsed.origin] : []
  })
}
