import { expect, onTestFinished, test } from 'vitest'
import { startAnvil } from '../test/anvil.ts'
import { waitForReceipt } from './waitForReceipt.ts'

test('a receipt is found however the blocks come, also when none follows', async () => {
  const anvil = await startAnvil()
  onTestFinished(anvil.stop)
  const client = anvil.client(0)
  await client.setAutomine(false)
  const hash = await client.sendTransaction({ to: client.account.address, value: 1n })

  const waiting = waitForReceipt(client, hash)
  await client.mine({ blocks: 1 })

  expect(await waiting).toMatchObject({ status: 'success', transactionHash: hash })
})
