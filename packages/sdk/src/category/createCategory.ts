// Adds a category; only the owner of the market may.
import * as hubItems from '@iexec/protocol/abi/hub'
import { parseEventLogs } from 'viem'
import { requireText } from '../asset/requireContents.ts'
import { writeContract } from '../call/writeContract.ts'
import type { Context, Executed } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import type { Category } from './showCategory.ts'

/**
 * Adds a category.
 *
 * @throws IexecError `InvalidInput`; `Refused` when the signer does not own the market
 * @example
 * await createCategory(context, { name: 'XXL', description: 'a day', workClockTimeRef: 86_400n }) // { index: 5n, … }
 */
export async function createCategory(
  context: Context,
  { name, description, workClockTimeRef }: Omit<Category, 'index'>,
): Promise<Executed & { readonly index: bigint }> {
  requireText('name', name)
  if (workClockTimeRef <= 0n) {
    throw new IexecError(
      'InvalidInput',
      `A category of ${workClockTimeRef} seconds is none: its time must be above 0.`,
      {
        details: { code: 'InvalidField', field: 'workClockTimeRef', given: workClockTimeRef },
      },
    )
  }
  const { transactionHash, blockNumber, logs } = await writeContract(context, {
    address: context.contracts.hub,
    abi: hubItems.createCategory,
    functionName: 'createCategory',
    args: [name, description, workClockTimeRef],
    label: `create the category ${name}`,
  })
  const [created] = parseEventLogs({ abi: hubItems.CreateCategory, eventName: 'CreateCategory', logs })
  if (created === undefined) throw new IexecError('BadAnswer', 'The chain does not tell which category was created.')
  return { index: created.args.catid, txHash: transactionHash, blockNumber }
}
