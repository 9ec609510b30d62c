// Can the deployer pay for everything that is missing? Asked before the first transaction, so that nothing stops halfway.
import { estimateFeesPerGas, estimateGas, getBalance } from 'viem/actions'
import { formatEther, size } from 'viem/utils'
import type { MarketStep } from './addresses.ts'
import { marketCode } from './bytecode.ts'
import { DeployError } from './deployError.ts'
import type { DeployClient } from './progress.ts'
import { DEPLOYMENT_PROXY, PROXY_PRICE_IN_WEI, creationCall, hasProxy } from './proxy.ts'

const INITIALIZE_GAS = 60_000n

/**
 * Compares what the deployer has with about what the missing parts cost at the present fees.
 *
 * @throws DeployError `InsufficientFunds` with both amounts
 * @example
 * await requireFunds(client, planMarket(terms).steps)
 */
export async function requireFunds(client: DeployClient, missing: readonly MarketStep[]): Promise<void> {
  if (missing.length === 0) return
  const isProxyThere = await hasProxy(client)
  const gas = await Promise.all(missing.map(async (step) => gasOf(client, step, isProxyThere)))
  const initialization = INITIALIZE_GAS * BigInt(missing.filter(({ part }) => part.endsWith('registry')).length)
  const { maxFeePerGas } = await estimateFees(client)
  const needed =
    maxFeePerGas * gas.reduce((sum, each) => sum + each, initialization) + (isProxyThere ? 0n : PROXY_PRICE_IN_WEI)
  const balance = await getBalance(client, { address: client.account.address })
  if (balance >= needed) return
  throw new DeployError(
    'InsufficientFunds',
    `${client.account.address} has ${formatEther(balance)} of the chain's coin, and deploying needs about ${rounded(needed)}.`,
  )
}

async function gasOf(client: DeployClient, step: MarketStep, isProxyThere: boolean): Promise<bigint> {
  if (!isProxyThere) return roughGasOf(step)
  const data = creationCall(step.initCode)
  return estimateGas(client, { account: client.account, to: DEPLOYMENT_PROXY, data }).catch(() => roughGasOf(step))
}

/** Without the proxy, or for what somebody else has just created, nothing can be estimated: 16 for each byte that is sent, 200 for each that stays, and what the constructor does. */
function roughGasOf({ part, initCode }: MarketStep): bigint {
  return BigInt(16 * size(initCode) + 200 * marketCode[part].runtimeSize + 1_000_000)
}

/** Chains before EIP-1559 have a gas price only. */
async function estimateFees(client: DeployClient): Promise<{ readonly maxFeePerGas: bigint }> {
  try {
    return await estimateFeesPerGas(client, { chain: null, type: 'eip1559' })
  } catch {
    const { gasPrice } = await estimateFeesPerGas(client, { chain: null, type: 'legacy' })
    return { maxFeePerGas: gasPrice }
  }
}

/** Two digits are enough: fees move while one reads. */
function rounded(wei: bigint): string {
  const unit = 10n ** BigInt(Math.max(0, wei.toString().length - 2))
  return formatEther(((wei + unit - 1n) / unit) * unit)
}
