// Wishes for a match: what one says that leaves things out.
import { NO_TAG } from '@iexec/protocol'
import { expect, test } from 'vitest'
import { matchWish, read } from './index.ts'

const APP = `0x${'ab'.repeat(20)}`

test('a wish asks for one task of no trust and no tag when nobody says otherwise', () => {
  expect(read(matchWish, { app: APP, category: '0' })).toEqual({
    ok: true,
    value: { app: APP, category: 0, tag: NO_TAG, trust: 0, volume: 1 },
  })
})

test('a wish for trust 1 is one for trust 1, because the hub refuses a workerpool order of trust 0 for it', () => {
  expect(read(matchWish, { app: APP, category: 0, trust: 1 })).toMatchObject({ ok: true, value: { trust: 1 } })
})
