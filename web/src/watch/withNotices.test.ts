import { expect, test } from 'vitest'
import type { Notice } from './Notices.tsx'
import { MOST_WATCHED } from './watched.ts'
import { withNotices } from './withNotices.ts'

function noticeOf(sold: number): Notice {
  return { kind: 'app', id: '0xa', happening: 'appSold', name: '', key: `app 0xa ${sold}` }
}

test('the newest comes first, and the oldest goes where there are too many', () => {
  const before = Array.from({ length: MOST_WATCHED }, (_, place) => noticeOf(place))

  expect(withNotices(before, [noticeOf(900)])).toEqual([noticeOf(900), ...before.slice(0, -1)])
})

test('what happens again after its block was undone is told in one notice', () => {
  expect(withNotices([noticeOf(2), noticeOf(1)], [noticeOf(1)])).toEqual([noticeOf(1), noticeOf(2)])
})
