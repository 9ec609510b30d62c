// What workers say of their troubles is told by their names; whoever was told to stop has none.
import type { Replicate } from '@iexec/sdk'
import { expect, test } from 'vitest'
import { troublesOf } from './troubles.ts'

const [KNOWN, STRANGER] = [`0x${'a'.repeat(40)}`, `0x${'b'.repeat(40)}`] as const

function replicate(worker: Replicate['worker'], status: string, message?: string): Replicate {
  return { worker, status, history: [], ...(message === undefined ? {} : { message }) }
}

test('a refusal of the pool, and what its workers refuse or see fail, is told with the name of who says it', () => {
  const replicates = [
    replicate(KNOWN, 'START_FAILED', 'The disk is full.'),
    replicate(STRANGER, 'COMPUTE_FAILED', 'The app exited with 3.'),
    replicate(KNOWN, 'ABORTED', 'Others do it already.'),
    replicate(KNOWN, 'COMPUTING'),
  ]

  const troubles = troublesOf({ refusal: 'No worker runs it.', replicates }, [{ name: 'worker-1', address: KNOWN }])

  expect(troubles.map(({ who, says }) => `${who}: ${says}`)).toEqual([
    'the pool: No worker runs it.',
    'worker-1: The disk is full.',
    `${STRANGER}: The app exited with 3.`,
  ])
})
