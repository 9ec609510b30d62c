// A wallet that is no code of ours signs orders: the node's own, through the request that browsers send.
import { NO_ADDRESS, NO_TAG, hashOrder, orderDomain, orderTypedData, writeTypedData } from '@iexec/protocol'
import { recoverAddress, type Hex } from 'viem'
import { expect, test } from 'vitest'
import { startAnvil } from './anvil.ts'

test('what a wallet signs by eth_signTypedData_v4 is the hash by which the hub knows the order', async () => {
  const anvil = await startAnvil()
  const { account, request } = anvil.client(0)
  const domain = orderDomain(anvil.chainId, '0xBF6B2B07e47326B7c8bfCb4A5460bef9f0Fd2002')
  const order = {
    kind: 'app',
    app: account.address,
    appprice: 2n ** 255n,
    volume: 7n,
    tag: NO_TAG,
    datasetrestrict: NO_ADDRESS,
    workerpoolrestrict: NO_ADDRESS,
    requesterrestrict: account.address,
    salt: `0x${'5a'.repeat(32)}`,
  } as const

  const signature = await request<{ ReturnType: Hex }>({
    method: 'eth_signTypedData_v4',
    params: [account.address, writeTypedData(orderTypedData(order, domain))],
  })
  await anvil.stop()

  expect(await recoverAddress({ hash: hashOrder(order, domain), signature })).toBe(account.address)
})
