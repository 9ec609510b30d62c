// What apps wrote, for who bought the run.
import type { Database } from '@iexec/service'
import type { Address, Hex } from 'viem'
import type { Schema } from '../book/schema.ts'
import type { Leading } from '../pool/leading.ts'

/** What an app wrote on one worker. */
export type ShownLogs = { readonly walletAddress: Address; readonly stdout: string; readonly stderr: string }

/** The logs of a task, as far as they are kept: those of places in hand are the newest. */
export async function readLogs(
  { database, leading }: { readonly database: Database<Schema>; readonly leading: () => Leading | undefined },
  task: Hex,
): Promise<readonly ShownLogs[]> {
  const rows = await database.read.selectFrom('log').selectAll().where('task', '=', task).orderBy('id').execute()
  const live = [...(leading()?.book.logs.values() ?? [])].filter((log) => log.task === task)
  const byWorker = new Map<Address, { stdout: string; stderr: string }>()
  const stored = rows.map(({ worker, stream, said }) => ({ worker, stream, text: said }))
  for (const { worker, stream, text } of [...stored, ...live]) {
    const logs = byWorker.get(worker) ?? { stdout: '', stderr: '' }
    byWorker.set(worker, { ...logs, [stream]: text })
  }
  return [...byWorker].map(([walletAddress, logs]) => ({ walletAddress, ...logs }))
}
