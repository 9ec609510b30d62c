// What a keeper remembers of its own transactions.
import { toWide } from '@iexec/service'
import type { TransactionReceipt } from 'viem'
import type { KeeperWriter } from '../db/schema.ts'
import type { Batch } from './batch.ts'
import type { OpenTask } from './openTasks.ts'

const FIRST_RETRY_SECONDS = 15
const LONGEST_RETRY_SECONDS = 86_400

/** Why a task was refused, and the time of the youngest block, in seconds since 1970. */
export type RefusedWhy = { readonly sentence: string; readonly now: number }

/** Has a refused task tried again: after 15 seconds of the chain's time, and twice as long each time, a day at most. */
export async function keepRefused(writer: KeeperWriter, task: OpenTask, { sentence, now }: RefusedWhy): Promise<void> {
  const deal = await writer.selectFrom('deal').select('block').where('id', '=', task.deal).executeTakeFirst()
  // It was rolled back meanwhile.
  if (deal === undefined) return
  const known = await writer.selectFrom('refused').select('tries').where('task', '=', task.id).executeTakeFirst()
  const tries = (known?.tries ?? 0) + 1
  const retry_at = now + Math.min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** Math.min(tries - 1, 20))
  const { id, deal: ofDeal, index } = task
  await writer
    .insertInto('refused')
    .values({ task: id, deal: ofDeal, index: toWide(index), block: deal.block, tries, retry_at, sentence })
    .onConflict((conflict) => conflict.column('task').doUpdateSet({ tries, retry_at, sentence }))
    .execute()
}

/** Remembers a transaction that was mined. */
export async function keepSent(writer: KeeperWriter, batch: Batch, receipt: TransactionReceipt): Promise<void> {
  const { kind, tasks } = batch
  await writer
    .insertInto('sent')
    .values({
      hash: receipt.transactionHash,
      block: Number(receipt.blockNumber),
      kind,
      tasks: tasks.length,
      freed: toWide(tasks.reduce((sum, { price }) => sum + price, 0n)),
      gas: Number(receipt.gasUsed),
    })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute()
}
