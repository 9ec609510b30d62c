// How ranges grow and shrink.
import { expect, test } from 'vitest'
import { adaptRange } from './rangeSize.ts'

const quick = { ms: 10, logs: 10 }

test('ranges double after quick answers, up to the most that is wanted', () => {
  const size = adaptRange(200)

  const sizes = [0, 1, 2].map(() => {
    size.answered({ ...quick, blocks: size.blocks() })
    return size.blocks()
  })

  expect(sizes).toEqual([128, 200, 200])
})

test('ranges stay as they are after slow or full answers, and halve after very slow or very full ones', () => {
  const size = adaptRange(1_000)

  const sizes = [
    { ms: 499, logs: 5_000 },
    { ms: 500, logs: 10 },
    { ms: 5_001, logs: 10 },
    { ms: 10, logs: 20_001 },
  ].map((range) => {
    size.answered({ ...range, blocks: size.blocks() })
    return size.blocks()
  })

  expect(sizes).toEqual([64, 64, 32, 16])
})

test('a size that was refused is tried again only after many good answers, and never is below one block', () => {
  const size = adaptRange(1_000)
  size.refused(64)
  const refused = size.blocks()
  for (let turn = 0; turn < 63; turn += 1) size.answered({ ...quick, blocks: size.blocks() })
  const patient = size.blocks()
  size.answered({ ...quick, blocks: size.blocks() })
  const again = size.blocks()
  size.refused(1)

  expect([refused, patient, again, size.blocks()]).toEqual([32, 32, 64, 1])
})

test('a range that was cut short by the head says nothing about longer ones', () => {
  const size = adaptRange(1_000)

  size.answered({ ...quick, blocks: 1 })

  expect(size.blocks()).toBe(64)
})
