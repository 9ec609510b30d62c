// An operator of a workerpool as the account of the contract that owns it: whatever signs typed data for an account signs for it.
import { operatorEndpointSignature, operatorLoginSignature, operatorOrderSignature, type Order } from '@iexec/protocol'
import type { Address, Hex, LocalAccount, TypedDataDefinition } from 'viem'
import { toAccount } from 'viem/accounts'

/** The key of an operator, and the `PoolOperator` contract for which it signs. */
export type OperatorOptions = { readonly operator: LocalAccount; readonly contract: Address }

/**
 * The account of the contract, in the hand of an operator. It signs workerpool orders, endpoints and logins to markets, and
 * nothing else: whoever publishes orders with the key of a workerpool's owner can do so with this account instead.
 *
 * It sends no transactions: operators send them to the contract with their own account.
 *
 * @throws TypeError, when used, for anything that operators cannot sign
 * @example
 * const iexec = await createIexec({ chain, account: operatorAccount({ operator, contract }) })
 * await iexec.orders.publish(await iexec.orders.sign(iexec.orders.createWorkerpool({ workerpool, workerpoolprice: 5n })))
 */
export function operatorAccount({ operator, contract }: OperatorOptions): LocalAccount {
  return toAccount({
    address: contract,
    signTypedData: async (data) => {
      const wrap = wrapperOf(data as unknown as TypedDataDefinition)
      return wrap(await operator.signTypedData(data))
    },
    signMessage: async () => refuse('a message'),
    signTransaction: async () => refuse('a transaction'),
  })
}

function wrapperOf({ primaryType, message }: TypedDataDefinition): (signature: Hex) => Hex {
  switch (primaryType) {
    case 'WorkerpoolOrder': {
      const order = readOrder(message)
      return (signature) => operatorOrderSignature(order, signature)
    }
    case 'PoolEndpoint': {
      const { apiUrl, validUntil } = message
      return (signature) =>
        operatorEndpointSignature({ apiUrl: String(apiUrl), validUntil: Number(validUntil) }, signature)
    }
    case 'Challenge':
      return (signature) => operatorLoginSignature(String(message['challenge']), signature)
    default:
      return refuse(primaryType)
  }
}

/** Numbers come as text from whoever signs for wallets. */
function readOrder(message: Readonly<Record<string, unknown>>): Order<'workerpool'> {
  const { workerpoolprice, volume, category, trust } = message
  const numbers = { workerpoolprice, volume, category, trust }
  const read = Object.entries(numbers).map(([name, value]) => [name, BigInt(String(value))])
  return { ...message, ...Object.fromEntries(read), kind: 'workerpool' } as Order<'workerpool'>
}

function refuse(what: string): never {
  throw new TypeError(`An operator of a workerpool cannot sign ${what} for the contract that owns it.`)
}
