// Takes the archive of a result: first to a file of its own, then, when it is what its ticket says, to the store.
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { CID } from 'multiformats/cid'
import type { Uploaded } from '@iexec/wire/work'
import type { Writer } from '@iexec/service'
import { removeLeftovers } from '../blocks/folder.ts'
import { importFiles } from '../content/importFiles.ts'
import type { Tables } from '../keep/schema.ts'
import { openUpload } from '../keep/upload.ts'
import { BadArchive, readArchive } from './archive.ts'
import { whyNotResult } from './digest.ts'
import { dropResult, judge, keptUntil, type Court } from './judge.ts'
import type { GoodTicket } from './ticket.ts'

/** What is needed to take results. */
export type Desk = {
  readonly court: Court
  /** Folder of archives that are just coming. */
  readonly spool: string
  /** Of one archive. */
  readonly maxBytes: number
  /** What one worker may have here. */
  readonly workerQuotaBytes: number
}

/** How node says that the other side hung up. */
const CUT_OFF: readonly string[] = ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'ECONNABORTED']

/** Why an archive was not taken, as HTTP says it. */
export class NotTaken extends Error {
  override readonly name: string = 'NotTaken'
  readonly status: 400 | 413 | 422

  constructor(status: 400 | 413 | 422, sentence: string) {
    super(sentence)
    this.status = status
  }
}

/** Makes the folder ready, and removes what a process left that is gone. */
export async function openSpool(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await removeLeftovers(folder)
}

/**
 * What is here already, so that no body is needed: the worker's own result, or the same one by another worker that is public.
 *
 * @example
 * await findKnown(court, ticket) // { cid: 'Qm…', isPublic: true }
 */
export async function findKnown(
  court: Court,
  { ticket, isVoted, finalDeadline }: GoodTicket,
): Promise<Uploaded | undefined> {
  const { database } = court.shelf
  const [task, worker] = [ticket.taskId.toLowerCase(), ticket.worker.toLowerCase()]
  const known = await database.read
    .selectFrom('result')
    .innerJoin('holding', 'holding.id', 'result.holding')
    .select(['result.worker', 'result.holding', 'holding.root', 'holding.state'])
    .where('task', '=', task)
    .where('digest', '=', ticket.digest.toLowerCase())
    .execute()
  const own = known.find((one) => one.worker === worker)
  if (own !== undefined) {
    const isPublic = own.state === 'public' || (isVoted && (await publish(court, own, ticket)))
    return { cid: own.root, isPublic }
  }
  const other = known.find(({ state }) => state === 'public')
  if (other === undefined || !isVoted) return undefined
  const result = { task, worker, holding: other.holding, deal: ticket.dealId, digest: ticket.digest, finalDeadline }
  const isThere = await database.write(async (writer) => {
    const holding = await writer.selectFrom('holding').select('id').where('id', '=', other.holding).executeTakeFirst()
    if (holding !== undefined) await recordResult(writer, result)
    return holding !== undefined
  })
  return isThere ? { cid: other.root, isPublic: true } : undefined
}

async function publish(
  court: Court,
  { holding }: { readonly holding: string },
  { taskId, worker, digest }: GoodTicket['ticket'],
): Promise<boolean> {
  const waiting = { task: taskId.toLowerCase(), worker: worker.toLowerCase(), holding, digest: digest.toLowerCase() }
  return (await judge(court, waiting)) === 'published'
}

/**
 * Takes an archive.
 *
 * @throws NotTaken when it is not what the ticket says; NoRoom; BadArchive
 * @example
 * await receive(desk, ticket, incoming) // { cid: 'Qm…', isPublic: false }
 */
export async function receive(desk: Desk, good: GoodTicket, body: IncomingMessage): Promise<Uploaded> {
  const path = join(desk.spool, `${process.pid}-${randomBytes(8).toString('hex')}`)
  try {
    await pipeline(body, cutAt(desk.maxBytes), createWriteStream(path, { mode: 0o600, flags: 'wx' }))
    const why = await whyNotResult(await readArchive(path), { ...good, isSigned: desk.court.hub().isSigned })
    if (why !== undefined) throw new NotTaken(422, why)
    return await keep(desk, good, path)
  } catch (error) {
    if (error instanceof BadArchive) throw new NotTaken(422, error.message)
    const { code = '' } = error as NodeJS.ErrnoException
    if (CUT_OFF.includes(code)) throw new NotTaken(400, 'The archive was cut off on its way.')
    throw error
  } finally {
    await rm(path, { force: true })
  }
}

function cutAt(maxBytes: number): Transform {
  let left = maxBytes
  return new Transform({
    transform: (piece: Buffer, _, done) => {
      left -= piece.length
      if (left < 0) done(new NotTaken(413, `The archive has more than ${maxBytes} bytes.`))
      else done(null, piece)
    },
  })
}

async function keep({ court, workerQuotaBytes }: Desk, good: GoodTicket, path: string): Promise<Uploaded> {
  const { ticket, isVoted, finalDeadline } = good
  const [task, worker] = [ticket.taskId.toLowerCase(), ticket.worker.toLowerCase()]
  const uploader = { kind: 'result', owner: `worker ${worker}`, quotaBytes: workerQuotaBytes } as const
  const upload = await openUpload(court.shelf, uploader)
  let root: CID | undefined
  let holding: string
  try {
    for await (const { cid } of importFiles([{ content: createReadStream(path) }], upload.take)) root = cid
    if (root === undefined) throw new Error('An archive became no file.')
    holding = await upload.finish({
      root,
      state: isVoted ? 'public' : 'hidden',
      keepUntil: isVoted ? keptUntil(court, finalDeadline * 1000) : undefined,
      also: async (writer, held) =>
        recordResult(writer, {
          task,
          worker,
          holding: held,
          deal: ticket.dealId,
          digest: ticket.digest,
          finalDeadline,
        }),
    })
  } catch (error) {
    await upload.abandon()
    throw error
  }
  // The vote may have come to the chain meanwhile. If nobody can say so now, whoever fetches the result asks again.
  const isPublic = isVoted || (await publish(court, { holding }, ticket).catch(() => false))
  return { cid: root.toString(), isPublic }
}

type NewResult = {
  readonly task: string
  readonly worker: string
  readonly holding: string
  readonly deal: string
  readonly digest: string
  readonly finalDeadline: number
}

/** What the worker brought before for this task is replaced: before the vote, he may have changed his mind. */
async function recordResult(writer: Writer<Tables>, { finalDeadline, ...result }: NewResult): Promise<void> {
  await dropResult(writer, result)
  await writer
    .insertInto('result')
    .values({
      ...result,
      deal: result.deal.toLowerCase(),
      digest: result.digest.toLowerCase(),
      final_deadline: finalDeadline,
      is_judged: 0,
    })
    .execute()
}
