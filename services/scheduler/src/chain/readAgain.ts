// Reads deals and tasks from the chain as they are now, after blocks that had changed them are gone.
import type { TaskRecord } from '@iexec/protocol'
import { workerWeight } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import { addDeal, dropDeal, forgetSent, uncountProofs, type Book } from '../book/book.ts'
import { isFinal, noteBegun, type DealFacts, type Task, type Vote } from '../book/model.ts'
import { lower, readDealFacts, type DealQuestion, type Hub } from './hub.ts'

/** What it takes. */
export type Reader = Pick<DealQuestion, 'workerpool' | 'limits' | 'speaksFor'> & {
  readonly hub: Hub
  readonly book: Book
  readonly restoreTask: (id: Hex) => Promise<Task | undefined>
  readonly scores: Map<Address, bigint>
  readonly now: () => number
  readonly onGone: (task: Task) => void
}

/**
 * Reads what was touched.
 *
 * @returns the tasks that are still there, and changed
 */
export async function readAgain(reader: Reader, touched: ReadonlyMap<Hex, 'deal' | 'task'>): Promise<ReadonlySet<Hex>> {
  const { book } = reader
  const idsOf = (kind: 'deal' | 'task'): readonly Hex[] =>
    [...touched].filter(([, other]) => other === kind).map(([id]) => id)
  // Before the deals: a task whose deal is forgotten must not be found in the tables afterwards.
  const tasks = await Promise.all(idsOf('task').map(async (id) => book.tasks.get(id) ?? reader.restoreTask(id)))
  const gone = new Set<Hex>()
  const moved = await Promise.all(
    idsOf('deal').map(async (id) => {
      // Its block comes with its event, should it have been mined again.
      const block = book.deals.get(id)?.facts.block ?? 0
      const facts = await readDealFacts(reader.hub, { ...reader, id, block, now: reader.now() })
      if (facts === undefined || isOtherBargain(book, facts)) {
        gone.add(id)
        forgetDeal(reader, id)
      }
      return facts === undefined ? [] : takeDeal(reader, facts)
    }),
  )
  const left = tasks.flatMap((task) => (task === undefined || gone.has(task.deal.facts.id) ? [] : [task]))
  await Promise.all(left.map(async (task) => readTaskAgain(reader, task)))
  return new Set([...moved.flat(), ...left.map(({ id }) => id)])
}

/**
 * Takes a deal into the book as the chain has it now. Mined again in another block, it has other deadlines: its tasks and their
 * places stay. When another bargain has the same order, nothing of the former one holds.
 *
 * @returns the tasks whose deal has another clock than before
 */
export function takeDeal(reader: Pick<Reader, 'book' | 'onGone'>, facts: DealFacts): readonly Hex[] {
  const { book } = reader
  if (isOtherBargain(book, facts)) forgetDeal(reader, facts.id)
  const before = book.deals.get(facts.id)?.facts
  const deal = addDeal(book, facts)
  if (before === undefined || before.startTime === facts.startTime) return []
  return [...book.tasks.values()].filter((task) => task.deal === deal).map(({ id }) => id)
}

function isOtherBargain({ deals }: Book, facts: DealFacts): boolean {
  const known = deals.get(facts.id)
  return known !== undefined && bargainOf(known.facts) !== bargainOf(facts)
}

/** What the parties agreed on, whenever that was mined, and whatever this process can do with it. */
function bargainOf(facts: DealFacts): string {
  return JSON.stringify({ ...facts, block: 0, startTime: 0, seenAt: 0, requirement: undefined, refusal: undefined })
}

function forgetDeal({ book, onGone }: Pick<Reader, 'book' | 'onGone'>, id: Hex): void {
  for (const task of dropDeal(book, id)) {
    uncountProofs(book, task)
    onGone(task)
  }
}

/** A task with its votes, as of the youngest block. */
async function readTaskAgain(reader: Reader, task: Task): Promise<void> {
  const { book } = reader
  const record = await reader.hub.readTask(task.id)
  const votes = await readVotes(reader, record)
  takeRecord(task, record, { votes, now: reader.now() })
  // Should it have ended again, the block in which it did is still to come.
  uncountProofs(book, task)
  // What was sent for it may be gone with the blocks: it is decided anew.
  forgetSent(book, task)
  // An end may be gone, too, and with it that of its deal.
  if (!isFinal(task)) task.deal.isClosed = false
  noteBegun(task.deal, task.index)
  book.tasks.set(task.id, task)
  book.dirty.deals.add(task.deal)
  book.dirty.tasks.add(task)
}

async function readVotes({ hub, scores }: Reader, record: TaskRecord): Promise<Vote[]> {
  if (record.status === 'unset') return []
  return Promise.all(
    record.contributors.map(async (contributor): Promise<Vote> => {
      const worker = lower(contributor)
      const [contribution, score] = await Promise.all([
        hub.readContribution(record.id, worker),
        scores.get(worker) ?? hub.readScore(worker),
      ])
      scores.set(worker, score)
      const hash = lower(contribution?.resultHash ?? '0x')
      return { worker, hash, status: contribution?.status ?? 'contributed', weight: workerWeight(score) }
    }),
  )
}

/** Takes over what the chain says of a task. */
function takeRecord(
  task: Task,
  record: TaskRecord,
  { votes, now }: { readonly votes: Vote[]; readonly now: number },
): void {
  task.status = record.status
  task.votes = votes
  task.results = record.status === 'completed' ? record.results : undefined
  const consensus = record.status === 'unset' || record.status === 'active' ? undefined : record.consensus
  task.agreement =
    consensus === undefined
      ? undefined
      : {
          value: lower(consensus.value),
          winners: consensus.winners,
          reveals: consensus.reveals,
          revealDeadline: Number(consensus.revealDeadline),
          digest: consensus.resultDigest,
          revealedAt: consensus.reveals === consensus.winners ? now : undefined,
        }
}
