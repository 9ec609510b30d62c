// Takes the archive of a result: when it is what its ticket says, it goes to the store.
import { createReadStream } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { CID } from 'multiformats/cid'
import type { Uploaded } from '@iexec/wire/work'
import type { Writer } from '@iexec/service'
import { importFiles, mostBytesOfBlocks } from '../content/importFiles.ts'
import type { Tables } from '../keep/schema.ts'
import { openUpload, type Upload } from '../keep/upload.ts'
import { BadArchive, readArchive } from './archive.ts'
import { whyNotResult } from './digest.ts'
import { dropResult, judge, keptUntil, type Court } from './judge.ts'
import { bytesInSpool, holdBody } from './spool.ts'
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
  /** Whose results are taken, in lower case; of all pools when empty. */
  readonly pools: ReadonlySet<string>
}

/** How node says that the other side hung up. */
const CUT_OFF: readonly string[] = ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'ECONNABORTED']

/** Why an archive was not taken, as HTTP says it. */
export class NotTaken extends Error {
  override readonly name: string = 'NotTaken'
  readonly status: 400 | 422

  constructor(status: 400 | 422, sentence: string) {
    super(sentence)
    this.status = status
  }
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

/** An archive that comes. */
export type Coming = {
  /** As its request says. */
  readonly bytes: number
  /** Lets its sender send it. */
  readonly begin: () => IncomingMessage
}

/**
 * Takes an archive. What it takes of the spool counts for the quotas from before its first byte.
 *
 * @throws NotTaken when it is not what the ticket says; NoRoom
 * @example
 * await receive(desk, ticket, { bytes: 1_000, begin: () => incoming }) // { cid: 'Qm…', isPublic: false }
 */
export async function receive(desk: Desk, good: GoodTicket, { bytes, begin }: Coming): Promise<Uploaded> {
  const { court, spool, workerQuotaBytes } = desk
  const owner = `worker ${good.ticket.worker.toLowerCase()}`
  const uploader = { kind: 'result', owner, quotaBytes: workerQuotaBytes } as const
  const upload = await openUpload(court.shelf, uploader, mostBytesOfBlocks(bytesInSpool(bytes)))
  try {
    return await holdBody(spool, { body: begin(), bytes }, async (archive) => {
      const why = await whyNotResult(await readArchive(archive), { ...good, isSigned: court.hub().isSigned })
      if (why !== undefined) throw new NotTaken(422, why)
      return keep(desk, good, { archive, upload })
    })
  } catch (error) {
    await upload.abandon()
    if (error instanceof BadArchive) throw new NotTaken(422, error.message)
    const { code = '' } = error as NodeJS.ErrnoException
    if (CUT_OFF.includes(code)) throw new NotTaken(400, 'The archive was cut off on its way.')
    throw error
  }
}

type Taken = { readonly archive: Buffer | string; readonly upload: Upload }

async function keep({ court }: Desk, good: GoodTicket, { archive, upload }: Taken): Promise<Uploaded> {
  const { ticket, isVoted, finalDeadline } = good
  const [task, worker] = [ticket.taskId.toLowerCase(), ticket.worker.toLowerCase()]
  const content = typeof archive === 'string' ? createReadStream(archive) : archive
  let root: CID | undefined
  for await (const { cid } of importFiles([{ content }], upload.take)) root = cid
  if (root === undefined) throw new Error('An archive became no file.')
  await upload.finish({
    root,
    state: isVoted ? 'public' : 'hidden',
    keepUntil: isVoted ? keptUntil(court, finalDeadline * 1000) : undefined,
    also: async (writer, holding) =>
      recordResult(writer, { task, worker, holding, deal: ticket.dealId, digest: ticket.digest, finalDeadline }),
  })
  // The vote may have come meanwhile: whoever fetches the result, or brings it again, makes the storage look.
  return { cid: root.toString(), isPublic: isVoted }
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
