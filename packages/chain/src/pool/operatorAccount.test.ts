import { operatorOrderSignature, orderDomain, orderTypedData, type Order } from '@iexec/protocol'
import { expect, test } from 'vitest'
import { accountOf } from '../../test/anvil.ts'
import { operatorAccount } from './operatorAccount.ts'

const contract = '0x000000000000000000000000000000000000c0de'
const operator = accountOf(1)
const nobody = '0x0000000000000000000000000000000000000000'
const domain = orderDomain(1, contract)
const order: Order<'workerpool'> = {
  kind: 'workerpool',
  workerpool: contract,
  workerpoolprice: 2n ** 60n,
  volume: 2n,
  tag: `0x${'00'.repeat(32)}`,
  category: 3n,
  trust: 4n,
  apprestrict: nobody,
  datasetrestrict: nobody,
  requesterrestrict: nobody,
  salt: `0x${'11'.repeat(32)}`,
}

test('an order carries its fields and the signature of the operator', async () => {
  const account = operatorAccount({ operator, contract })

  const signature = await account.signTypedData(orderTypedData(order, domain))

  const key = await operator.signTypedData(orderTypedData(order, domain))
  expect(account.address.toLowerCase()).toBe(contract)
  expect(signature).toBe(operatorOrderSignature(order, key))
})

test('nothing is signed that the contract would not take for its own', async () => {
  const account = operatorAccount({ operator, contract })
  const types = { Permit: [{ name: 'value', type: 'uint256' }] }

  await expect(account.signMessage({ message: 'hello' })).rejects.toThrow('cannot sign a message')
  await expect(account.signTransaction({ type: 'eip1559', chainId: 1 })).rejects.toThrow('cannot sign a transaction')
  await expect(
    account.signTypedData({ domain: {}, types, primaryType: 'Permit', message: { value: 1n } }),
  ).rejects.toThrow('cannot sign Permit')
})
