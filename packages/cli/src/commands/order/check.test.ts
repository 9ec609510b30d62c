// What is said of orders that cannot be offered or taken.
import { expect, test } from 'vitest'
import { missingStake } from './check.ts'

const ALICE = '0x00000000000000000000000000000000000000A1'
const BOB = '0x00000000000000000000000000000000000000A2'

test('missing stake is brought by its owner, with a line that can be copied', () => {
  const told = { sentence: 'Too little.', missing: 1_500_000_000n, account: ALICE } as const

  const own = missingStake({ ...told, signer: ALICE })
  const others = missingStake({ ...told, signer: BOB })

  expect(own.hints).toEqual(['Deposit what is missing: iexec account deposit 1.5 RLC'])
  expect(others.hints).toEqual([`With the wallet of ${ALICE}: iexec account deposit 1.5 RLC`])
})
