import { expect, test } from 'vitest'
import { linkOf } from './linkOf.ts'

test.each([
  ['/ipfs/QmfYWu7a9YLK', 'http://store/ipfs/QmfYWu7a9YLK'],
  ['/p2p/QmfYWu7a9YLK', 'http://store/ipfs/QmfYWu7a9YLK'],
  ['/ipfs/Qm1/data.csv', 'http://store/ipfs/Qm1/data.csv'],
  ['https://example.org/data.zip', 'https://example.org/data.zip'],
  ['docker.io/library/alpine:3', undefined],
  ['javascript:alert(1)', undefined],
  ['data:text/html,<script>', undefined],
  ['https://', undefined],
  ['/ipfs/../../admin', undefined],
  ['/ipfs/Qm1?x=y', undefined],
  ['', undefined],
])('the file at %j is opened at %j', (multiaddr, link) => {
  expect(linkOf(multiaddr, 'http://store/')).toBe(link)
})
