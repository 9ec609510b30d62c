// The contract that owns a workerpool, before it stands: what creates it, and where that puts it.
import type { OrderLimits } from '@iexec/protocol'
import { parseAbi, type Address, type Hex } from 'viem'
import { encodeDeployData } from 'viem/utils'
import { poolOperatorCode } from './bytecode.ts'
import { DEPLOYMENT_PROXY, addressOf, creationCall } from './proxy.ts'

const CONSTRUCTOR = parseAbi([
  'struct OrderLimits { uint96 maxLocked; uint64 maxVolume; uint96 maxTrust; bytes32 tags; uint256[] minPrices; }',
  'constructor(address hub, address workerpool, address owner, address[] operators, OrderLimits limits)',
])

/** What such a contract is made of. */
export type PoolOperatorTerms = {
  readonly hub: Address
  readonly workerpool: Address
  /** The cold owner, who alone reaches the money. */
  readonly owner: Address
  /** The first operators. */
  readonly operators: readonly Address[]
  readonly limits: OrderLimits
}

/**
 * The transaction data that create the contract: for wallets, and for those who deploy by other means.
 *
 * @example
 * poolOperatorCreation({ hub, workerpool, owner, operators, limits }) // '0x60…'
 */
export function poolOperatorCreation({ hub, workerpool, owner, operators, limits }: PoolOperatorTerms): Hex {
  return encodeDeployData({
    abi: CONSTRUCTOR,
    bytecode: poolOperatorCode.creation,
    args: [hub, workerpool, owner, operators, limits],
  })
}

/** A call of the CREATE2 deployment proxy, and the contract that it creates. */
export type PlannedPoolOperator = { readonly address: Address; readonly to: Address; readonly data: Hex }

/**
 * How to create the contract through the CREATE2 deployment proxy: its address follows from the terms, so that whoever was
 * interrupted finds it again.
 *
 * @example
 * const { address, to, data } = planPoolOperator({ hub, workerpool, owner, operators, limits })
 */
export function planPoolOperator(terms: PoolOperatorTerms): PlannedPoolOperator {
  const initCode = poolOperatorCreation(terms)
  return { address: addressOf(initCode), to: DEPLOYMENT_PROXY, data: creationCall(initCode) }
}
