// Gives a workerpool to a contract, whose operators run it, and whose money only its owner reaches.
import type { PlannedPoolOperator } from '@iexec/chain/poolOperator'
import type { OrderLimits } from '@iexec/protocol'
import type { Address } from 'viem'
import { requireHolder, requireOwned } from '../asset/requireAsset.ts'
import { transferAsset } from '../asset/transferAsset.ts'
import { ask, call } from '../call/readContract.ts'
import type { Context, Executed } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { requireSigner } from '../signer/signer.ts'

/** A contract to make. */
export type NewPoolOperator = {
  /** Who alone reaches the money; the signer when left out. */
  readonly owner?: Address
  readonly operators: readonly Address[]
  readonly limits: OrderLimits
}

/** A contract that owns the workerpool now; the hash is that of the workerpool's transfer. */
export type DeployedPoolOperator = Executed & { readonly address: Address }

/**
 * Makes a contract, and gives it a workerpool of the signer. Interrupted, the same call finishes it. Deals that were made before
 * remain the signer's to finalize, and his earlier orders are worth nothing.
 *
 * @throws IexecError `NotFound`, `NotOwner`, `InvalidInput`, `Refused`
 * @example
 * await deployPoolOperator(context, pool, { owner: cold, operators: [hot], limits })
 */
export async function deployPoolOperator(
  context: Context,
  workerpool: Address,
  { owner, operators, limits }: NewPoolOperator,
): Promise<DeployedPoolOperator> {
  await requireOwned(context, 'workerpool', workerpool)
  // Its code weighs more than all other verbs of operators, and is needed once.
  const { planPoolOperator } = await import('@iexec/chain/poolOperator')
  const plan = planPoolOperator({
    hub: context.contracts.hub,
    workerpool,
    owner: requireHolder(context, owner ?? requireSigner(context).address),
    operators: operators.map((operator) => requireHolder(context, operator)),
    limits,
  })
  if (!(await hasCode(context, plan.address))) await create(context, plan)
  const { txHash, blockNumber } = await transferAsset(context, 'workerpool', { address: workerpool, to: plan.address })
  return { address: plan.address, txHash, blockNumber }
}

async function create(context: Context, { address, to, data }: PlannedPoolOperator): Promise<void> {
  if (!(await hasCode(context, to))) {
    throw new IexecError('NotFound', `The chain ${context.chain.name} has no CREATE2 deployment proxy at ${to}.`, {
      hints: ['Ask who operates the chain to create it: https://github.com/Arachnid/deterministic-deployment-proxy'],
      details: { address: to },
    })
  }
  const signer = requireSigner(context)
  await call(context.request, { from: signer.address, to, data })
  await signer.send({ to, data, label: 'create the contract that will own the workerpool' })
  if (await hasCode(context, address)) return
  throw new IexecError('BadAnswer', `The chain carried out the transaction, but left no contract at ${address}.`, {
    details: { address },
  })
}

async function hasCode({ request }: Context, address: Address): Promise<boolean> {
  return (await ask(request, 'eth_getCode', [address, 'latest'])) !== '0x'
}
