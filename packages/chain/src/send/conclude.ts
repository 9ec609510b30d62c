// Finds out what became of transactions whose nonce the chain has come past.
import type { TransactionReceipt } from 'viem'
import { explainFailure, findReceipt, findTaker } from './chain.ts'
import { forEach, jobOf, loseNonce, regainNonce, settle, sightOf, type Desk } from './desk.ts'
import { dropSlot, putSlot, type Passed, type Slot, type Taker } from './flight.ts'
import { forget, isBelieved, watchedOf } from './lost.ts'

/**
 * Looks whether a transaction that was given up was mined after all.
 *
 * @throws what the client threw when the node was not reached
 */
export async function regainLost(desk: Desk): Promise<void> {
  desk.flight = forget(desk.flight, (job) => !desk.jobs.has(job))
  await forEach(watchedOf(desk.flight), async (slot) => {
    const receipt = await findReceipt(desk.client, slot)
    // Another one of the same command may have been found in the meantime.
    if (receipt === undefined || !watchedOf(desk.flight).includes(slot)) return
    regainNonce(desk, slot, receipt.transactionHash)
  })
}

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
 * other transaction proves it, when no reorg can undo it: a command that is signed again too early could be executed twice.
 */
async function findLoss(desk: Desk, slot: Slot): Promise<Lost | undefined> {
  if (slot.job === undefined) return { slot, taker: undefined }
  const { at } = sightOf(desk)
  const { after, missing, taker: known } = slot.passed ?? { after: slot.since.block, missing: 0 }
  const note = (taker: Taker | undefined): void => {
    const passed: Passed = { after, missing: missing + 1, ...(taker !== undefined && { taker }) }
    desk.flight = putSlot(desk.flight, { ...slot, passed })
  }
  // At the second look, and then ever more rarely; who is known is looked at again only before the nonce is given up.
  const isDue = known === undefined ? missing > 0 && Number.isInteger(Math.log2(missing)) : isBelieved(known, at, desk)
  if (!isDue) {
    if (known === undefined) note(undefined)
    return undefined
  }
  const taker = await askTaker(desk, slot, { after, missing })
  note(taker)
  return taker !== undefined && isBelieved(taker, at, desk) ? { slot, taker: taker.hash } : undefined
}

async function askTaker(desk: Desk, slot: Slot, { after, missing }: Passed): Promise<Taker | undefined> {
  const { at } = sightOf(desk)
  // After a reorg it may be in an earlier block than it could be before: what is not found is looked for further back.
  const back = after - BigInt(missing)
  const found = await findTaker(desk.client, slot.nonce, { from: back > 0n ? back : 0n, to: at.block })
  if (found === undefined || slot.signed.includes(found.hash)) return undefined
  const known = slot.passed?.taker
  return known?.hash === found.hash && known.block === found.block ? known : { ...found, sinceMs: at.ms }
}
