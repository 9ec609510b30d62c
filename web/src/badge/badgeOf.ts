// A badge as others put it into their pages: the picture, and a link to the page that it is of.
import type { Address } from 'viem'
import type { Chain } from '../site/config.ts'

/** What has a badge. */
export type BadgeKind = 'app' | 'workerpool'

/** Where a badge is, and what others copy to show it. */
export type BadgeText = { readonly url: string; readonly markdown: string; readonly html: string }

/**
 * The badge of an app or a workerpool.
 *
 * @param page the address of its page; what is chosen on it is left away
 * @example
 * badgeOf(chain, { kind: 'app', address, page: location.href }).markdown // '[![iExec](https://…)](https://…)'
 */
export function badgeOf(
  { marketUrl, chainId }: Pick<Chain, 'marketUrl' | 'chainId'>,
  { kind, address, page }: { readonly kind: BadgeKind; readonly address: Address; readonly page: string },
): BadgeText {
  const market = marketUrl.replace(/\/$/u, '')
  const url = inText(new URL(`${market}/badges/${kind}s/${address}.svg?chainId=${chainId}`))
  const shown = new URL(page)
  shown.search = ''
  shown.hash = ''
  const link = inText(shown)
  return {
    url,
    markdown: `[![iExec](${url})](${link})`,
    html: `<a href="${link}"><img src="${url}" alt="iExec" height="20"></a>`,
  }
}

/** An address that ends neither a link of Markdown nor an attribute: folders of listings have the names that strangers gave them. */
function inText({ href }: URL): string {
  return href.replaceAll(/[()[\]<>"'&\\`]/gu, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}
