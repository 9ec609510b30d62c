// One number out of what the engine tells of each layer.
import { expect, test } from 'vitest'
import { newProgress } from './progress.ts'

test('layers are added up; the total is known once that of every layer is', () => {
  const progress = newProgress()

  const heard = [
    { status: 'Pulling from owner/app', id: 'sha256:12' },
    { status: 'Pulling fs layer', id: 'a' },
    { status: 'Pulling fs layer', id: 'b' },
    { status: 'Already exists', id: 'c' },
    { status: 'Downloading', id: 'a', progressDetail: { current: 5, total: 10 } },
    { status: 'Downloading', id: 'b', progressDetail: { current: 1, total: 20 } },
    { status: 'Download complete', id: 'a' },
    { status: 'Extracting', id: 'a', progressDetail: { current: 3, total: 10 } },
    { status: 'Pull complete', id: 'a' },
    { status: 'Downloading', id: 'b', progressDetail: { current: 20, total: 20 } },
  ].map((event) => progress.add(event))

  expect(heard).toEqual([
    { doneBytes: 0 },
    { doneBytes: 0 },
    { doneBytes: 0 },
    { doneBytes: 0 },
    { doneBytes: 5 },
    { doneBytes: 6, totalBytes: 30 },
    { doneBytes: 11, totalBytes: 30 },
    { doneBytes: 11, totalBytes: 30 },
    { doneBytes: 11, totalBytes: 30 },
    { doneBytes: 30, totalBytes: 30 },
  ])
})
