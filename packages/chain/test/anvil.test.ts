import { expect, test } from 'vitest'
import { startAnvil } from './anvil.ts'

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('two anvils run side by side, each with accounts that can pay', async () => {
  const [one, other] = await Promise.all([startAnvil(), startAnvil({ chainId: 7 })])

  expect(one.url).not.toBe(other.url)
  expect(await one.client(0).getChainId()).toBe(31_337)
  expect(await other.client(0).getChainId()).toBe(7)
  expect(await other.client(19).getBalance({ address: other.client(19).account.address })).toBe(10_000n * 10n ** 18n)

  await Promise.all([one.stop(), other.stop()])
})

test('an anvil is gone when stop returns', async () => {
  const anvil = await startAnvil()
  expect(isRunning(anvil.pid)).toBe(true)

  await anvil.stop()

  expect(isRunning(anvil.pid)).toBe(false)
})

test('stopping twice is stopping once', async () => {
  const anvil = await startAnvil()
  await anvil.stop()

  await expect(anvil.stop()).resolves.toBeUndefined()
})

test('an anvil that does not start says what it said', async () => {
  await expect(startAnvil({ args: ['--no-such-option'] })).rejects.toThrow(/no-such-option/u)
})
