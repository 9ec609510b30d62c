// What is told of a deposit after which something failed.
import { IexecError } from '@iexec/sdk'
import { expect, test } from 'vitest'
import { tellFailure } from '../show/failure/tell.ts'
import { isWalletRefusal } from './isWalletRefusal.ts'
import { tellDeposited } from './tellDeposited.ts'

/** An account whose stake is each of these in turn. */
function accountWith(...stakes: readonly bigint[]): Parameters<typeof tellDeposited>[0] {
  const left = [...stakes]
  return {
    context: { signer: {} },
    account: { show: async () => Promise.resolve({ stake: left.shift() ?? 0n, locked: 0n }) },
  } as never
}

const rejected = async (): Promise<never> =>
  Promise.reject(new IexecError('RejectedByUser', 'It was rejected in the wallet; nothing was sent.'))

test('who refuses to sign after a deposit is told what stands on the market, and not that nothing was sent', async () => {
  const error: unknown = await tellDeposited(accountWith(5n, 30_000_005n), 30_000_000n, rejected).catch(
    (thrown: unknown) => thrown,
  )

  expect(tellFailure(error)).toMatchObject({
    headline: { name: 'rejectedLater' },
    reasons: [{ name: 'deposited', values: { deposited: '0.03 RLC' } }],
  })
})

test('who refuses the deposit itself is told that nothing was sent', async () => {
  const error: unknown = await tellDeposited(accountWith(5n, 5n), 30_000_000n, rejected).catch(
    (thrown: unknown) => thrown,
  )

  expect(tellFailure(error)).toMatchObject({ headline: { name: 'rejected' }, reasons: [] })
})

test('a wallet whose owner chose another account is no silence of the chain', () => {
  const refused = { code: 4100, message: 'The requested account has not been authorized by the user.' }
  const error = new IexecError('ChainUnreachable', `The chain does not answer: ${refused.message}`, { cause: refused })

  expect(isWalletRefusal(error)).toBe(true)
  expect(tellFailure(error)).toMatchObject({ headline: { name: 'walletElse' }, advice: 'beginAgain', english: [] })
  expect(isWalletRefusal(new IexecError('ChainUnreachable', 'It does not answer.'))).toBe(false)
})
