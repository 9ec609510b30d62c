import { expect, test } from 'vitest'
import { badgeOf } from './badgeOf.ts'

const chain = { marketUrl: 'https://market.example/v1/', chainId: 31_337 }
const address = `0x${'aB'.repeat(20)}` as const

test('a badge leads to the page that it is of, without what is chosen there', () => {
  const page = 'https://site.example/shop/local/app/0x1?tab=orders#votes'

  const { url, markdown, html } = badgeOf(chain, { kind: 'workerpool', address, page })

  expect(url).toBe(`https://market.example/v1/badges/workerpools/${address}.svg?chainId=31337`)
  expect(markdown).toBe(`[![iExec](${url})](https://site.example/shop/local/app/0x1)`)
  expect(html).toBe(`<a href="https://site.example/shop/local/app/0x1"><img src="${url}" alt="iExec" height="20"></a>`)
})

test('no name in an address ends its link', () => {
  const page = `https://site.example/local/store/a)b'"&<script>/[x](y)\``

  const { markdown, html } = badgeOf(chain, { kind: 'app', address, page })

  expect(markdown).toMatch(/^\[!\[iExec\]\([^()[\]]+\)\]\([^()[\]`]+\)$/u)
  expect(html).toMatch(/^<a href="[^<>"'&]+"><img src="[^<>"'&]+" alt="iExec" height="20"><\/a>$/u)
})
