// The CREATE2 deployment proxy: a contract that stands at the same address on nearly every chain, and creates whatever it is
// given at an address that depends on nothing but the code. It has no owner and no state.
import type { Account, Address, Chain, Client, Hex, Transport } from 'viem'
import { getBalance, getCode, sendRawTransaction, sendTransaction } from 'viem/actions'
import { concat, getContractAddress } from 'viem/utils'
import { waitForReceipt } from '../waitForReceipt.ts'
import { DeployError, isUnreachable, reasonOf } from './deployError.ts'

/** Where the proxy stands (https://github.com/Arachnid/deterministic-deployment-proxy). */
export const DEPLOYMENT_PROXY: Address = '0x4e59b44847b379578588920cA78FbF26c0B4956C'

/** What its presigned transaction costs: 100,000 gas at 100 gwei. */
export const PROXY_PRICE_IN_WEI = 10_000_000_000_000_000n

const PROXY_CODE: Hex =
  '0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3'

/**
 * Signer of the transaction that creates the proxy. Nobody has its key: the transaction came first, its signer follows from it.
 *
 * @example
 * await getBalance(client, { address: PROXY_SIGNER })
 */
export const PROXY_SIGNER: Address = '0x3fAB184622Dc19b6109349B94811493BF2a45362'

const PROXY_TRANSACTION: Hex =
  '0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222'

/** Every part of a market is created under this salt: markets differ by what is in them. */
const SALT: Hex = '0x0000000000000000000000000000000000000000000000000000000000000000'

/**
 * Where the proxy creates a contract: the same address on every chain.
 *
 * @param initCode creation code with the encoded arguments of the constructor
 * @example
 * addressOf('0x60…')
 */
export function addressOf(initCode: Hex): Address {
  return getContractAddress({ opcode: 'CREATE2', from: DEPLOYMENT_PROXY, salt: SALT, bytecode: initCode })
}

/**
 * What to send to the proxy so that it creates a contract.
 *
 * @param initCode creation code with the encoded arguments of the constructor
 * @example
 * await sendTransaction(client, { to: DEPLOYMENT_PROXY, data: creationCall(initCode) })
 */
export function creationCall(initCode: Hex): Hex {
  return concat([SALT, initCode])
}

/**
 * Whether the chain has the proxy.
 *
 * @throws DeployError `UnexpectedCode` when something else stands at its address
 * @example
 * await hasProxy(client) // true on nearly every chain
 */
export async function hasProxy(client: Client): Promise<boolean> {
  const code = await getCode(client, { address: DEPLOYMENT_PROXY })
  if (code === undefined) return false
  if (code === PROXY_CODE) return true
  throw new DeployError('UnexpectedCode', `What stands at ${DEPLOYMENT_PROXY} is not the CREATE2 deployment proxy.`)
}

/**
 * Creates the proxy, by the presigned transaction that everybody uses: gives its signer what it costs, and sends it.
 *
 * @throws DeployError `NoDeploymentProxy` when the chain refuses that transaction, because it has no chain id
 * @example
 * if (!(await hasProxy(client))) await createProxy(client)
 */
export async function createProxy(client: Client<Transport, Chain | undefined, Account>): Promise<void> {
  try {
    const missing = PROXY_PRICE_IN_WEI - (await getBalance(client, { address: PROXY_SIGNER }))
    if (missing > 0n) {
      const hash = await sendTransaction(client, { chain: null, to: PROXY_SIGNER, value: missing })
      await waitForReceipt(client, hash)
    }
    const hash = await sendRawTransaction(client, { serializedTransaction: PROXY_TRANSACTION })
    await waitForReceipt(client, hash)
  } catch (cause) {
    if (isUnreachable(cause)) throw cause
    throw new DeployError('NoDeploymentProxy', refusal(reasonOf(cause)), { cause })
  }
  if (!(await hasProxy(client))) throw new DeployError('NoDeploymentProxy', refusal('it left no code'))
}

function refusal(reason: string): string {
  return [
    `This chain has no CREATE2 deployment proxy at ${DEPLOYMENT_PROXY}, and its presigned transaction does not go through`,
    `(${reason}): ask the operator of the chain or of the RPC to accept it once, as it has no chain id.`,
  ].join(' ')
}
