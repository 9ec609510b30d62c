// Finds out what became of transactions whose nonce the chain has come past.
import type { TransactionReceipt } from 'viem'
import { explainFailure, findReceipt, findTaker } from './chain.ts'
import { forEach, jobOf, loseNonce, settle, sightOf, type Desk } from './desk.ts'
import { dropSlot, putSlot, type Slot } from './flight.ts'

/**
 * Answers the commands whose transactions are deep enough in the chain, and gives new nonces to those whose nonce went to
 * somebody else.
 *
 * @throws what the client threw when the node was not reached; the others are done by then
 */
export async function concludePassed(desk: Desk, slots: readonly Slot[]): Promise<void> {
  const lost: Lost[] = []
  await forEach(slots, async (slot) => {
    const receipt = await findReceipt(desk.client, slot)
    if (receipt === undefined) {
      const loss = await findLoss(desk, slot)
      if (loss !== undefined) lost.push(loss)
    } else if (isDeep(desk, receipt.blockNumber)) {
      await finish(desk, slot, receipt)
    }
  }).finally(() => {
    // The last one first, so that the commands wait in the order in which they came.
    for (const { slot, taker } of lost.toSorted((one, other) => other.slot.nonce - one.slot.nonce)) {
      loseNonce(desk, slot, taker)
    }
  })
}

type Lost = { readonly slot: Slot; readonly taker: TransactionReceipt['transactionHash'] | undefined }

function isDeep(desk: Desk, block: bigint): boolean {
  return desk.confirmations <= 1 || sightOf(desk).at.block - block + 1n >= BigInt(desk.confirmations)
}

async function finish(desk: Desk, slot: Slot, receipt: TransactionReceipt): Promise<void> {
  const job = jobOf(desk, slot)
  const isDone = receipt.status === 'success' || job === undefined
  const refusal = isDone ? undefined : await explainFailure(desk.client, slot.call, receipt)
  desk.flight = dropSlot(desk.flight, slot.nonce)
  if (job === undefined) return
  if (refusal === undefined) settle(desk, job, { kind: 'mined', receipt })
  else settle(desk, job, { kind: 'refused', refusal, hash: receipt.transactionHash, receipt })
}

/**
 * Without a receipt the nonce may be somebody else's, or the node that was asked may be late. Only the block that holds the
 * other transaction proves it: a command that is sent again by mistake could be executed twice.
 */
async function findLoss(desk: Desk, slot: Slot): Promise<Lost | undefined> {
  if (slot.job === undefined) return { slot, taker: undefined }
  const { after, missing } = slot.passed ?? { after: slot.since.block, missing: 0 }
  desk.flight = putSlot(desk.flight, { ...slot, passed: { after, missing: missing + 1 } })
  // At the second look, and then ever more rarely.
  if (missing === 0 || !Number.isInteger(Math.log2(missing))) return undefined

  const taker = await findTaker(desk.client, slot.nonce, { from: after, to: sightOf(desk).at.block })
  if (taker === undefined || slot.attempts.some(({ hash }) => hash === taker.hash)) return undefined
  return isDeep(desk, taker.block) ? { slot, taker: taker.hash } : undefined
}
