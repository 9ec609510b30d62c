// Reads deals and tasks from the chain as they are now, after blocks that had changed them are gone.
import type { TaskRecord } from '@iexec/protocol'
import { workerWeight } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import { dropDeal, type Book } from '../book/book.ts'
import type { Task, Vote } from '../book/model.ts'
import { lower, type Hub } from './hub.ts'

/** What it takes. */
export type Reader = {
  readonly hub: Hub
  readonly book: Book
  readonly restoreTask: (id: Hex) => Promise<Task | undefined>
  readonly scores: Map<Address, bigint>
  readonly now: () => number
}

/**
 * Reads what was touched.
 *
 * @returns the tasks that are still there
 */
export async function readAgain(reader: Reader, touched: ReadonlyMap<Hex, 'deal' | 'task'>): Promise<ReadonlySet<Hex>> {
  const { hub, book } = reader
  const deals = [...touched].filter(([, kind]) => kind === 'deal').map(([id]) => id)
  await Promise.all(
    deals.map(async (id) => {
      if ((await hub.readDeal(id)) === undefined) dropDeal(book, id)
    }),
  )
  const tasks = [...touched].filter(([, kind]) => kind === 'task').map(([id]) => id)
  const read = await Promise.all(tasks.map(async (id) => readTaskAgain(reader, id)))
  return new Set(read.flatMap((task) => (task === undefined ? [] : [task.id])))
}

/** A task with its votes, as of the youngest block. */
async function readTaskAgain(reader: Reader, id: Hex): Promise<Task | undefined> {
  const task = reader.book.tasks.get(id) ?? (await reader.restoreTask(id))
  if (task === undefined) return undefined
  const record = await reader.hub.readTask(id)
  const votes = await readVotes(reader, record)
  takeRecord(task, record, { votes, now: reader.now() })
  // What was sent for it may be gone with the blocks: it is decided anew.
  task.sent.clear()
  reader.book.tasks.set(id, task)
  reader.book.dirty.tasks.add(task)
  return task
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
