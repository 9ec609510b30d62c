import { expect, test } from 'vitest'
import { isOriginOfThisMachine } from './origin.ts'

test.each([
  'http://localhost',
  'http://localhost:8551',
  'https://localhost:8443',
  'http://store.localhost:3000',
  'http://127.0.0.1:8551',
  'http://127.83.2.1',
  'http://[::1]:8551',
])('%s is a page of this machine', (origin) => {
  expect(isOriginOfThisMachine(origin)).toBe(true)
})

test.each([
  'https://page.example',
  'http://localhost.page.example',
  'http://notlocalhost',
  'http://127.0.0.1.page.example',
  'http://127.page.example:8545',
  'http://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi.ipfs.localhost:8080',
  'http://page-example.ipns.localhost:8080',
  'http://192.168.1.7',
  'http://128.0.0.1',
  'file:///home/somebody/page.html',
  'chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn',
  'null',
  '',
  'localhost',
])('%s is none', (origin) => {
  expect(isOriginOfThisMachine(origin)).toBe(false)
})
