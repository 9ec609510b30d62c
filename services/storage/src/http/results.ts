// `PUT /results/<task>`: a worker brings a result.
import type { Context, Hono } from 'hono'
import { BaseError } from 'viem'
import { TICKET_HEADER, type Uploaded } from '@iexec/wire/work'
import { failed, type HttpEnv } from '@iexec/service'
import { DISK_FULL, type Disk } from '../keep/fullDisk.ts'
import { NoRoom } from '../keep/room.ts'
import { ChainAway } from '../result/judge.ts'
import { NotTaken, findKnown, receive, type Desk } from '../result/receive.ts'
import { checkTicket, readTicket, type GoodTicket } from '../result/ticket.ts'
import { beginBody } from './node.ts'
import { later, type Turnstile } from './turnstile.ts'

/** What the route works with besides its desk. */
export type ResultDeps = { readonly turnstile: Turnstile; readonly disk: Disk }

/**
 * Adds the route to an app. The ticket is checked before the body is read; what is here already needs no body.
 *
 * @example
 * addResults(app, desk, { turnstile: openTurnstile(32), disk })
 */
export function addResults(app: Hono<HttpEnv>, desk: Desk, { turnstile, disk }: ResultDeps): void {
  app.put('/results/:task', async (context) => {
    try {
      const checked = await check(context, desk)
      if ('response' in checked) return checked.response
      const known = await findKnown(desk.court, checked)
      if (known !== undefined) return answer(context, 200, known)
      const bytes = readLength(context, desk)
      if (typeof bytes !== 'number') return bytes
      return await turnstile(context, async () =>
        answer(context, 201, await receive(desk, checked, { bytes, begin: () => beginBody(context) })),
      )
    } catch (error) {
      if (error instanceof NotTaken) return failed(context, error.status, error.message)
      if (error instanceof NoRoom) return failed(context, error.of === 'storage' ? 507 : 413, error.message)
      if (disk.note(error)) return failed(context, 507, DISK_FULL)
      if (isOfNode(error)) return later(context, 'The node of the chain does not answer, try again later.')
      throw error
    }
  })
}

function answer(context: Context<HttpEnv>, status: 200 | 201, { cid, isPublic }: Uploaded): Response {
  return context.json({ ok: true, cid, isPublic }, status, { location: `/ipfs/${cid}` })
}

async function check(
  context: Context<HttpEnv>,
  { court, pools }: Desk,
): Promise<GoodTicket | { readonly response: Response }> {
  const read = readTicket(context.req.header(TICKET_HEADER))
  if (!read.ok) return { response: failed(context, read.status, read.error) }
  const task = context.req.param('task') ?? ''
  if (task.toLowerCase() !== read.ticket.taskId.toLowerCase()) {
    return {
      response: failed(context, 400, `The ticket is for the task ${read.ticket.taskId}, not for that of the address.`),
    }
  }
  const checked = await checkTicket(court.hub(), read.ticket, { nowMs: court.shelf.now(), pools })
  return checked.ok ? checked : { response: failed(context, checked.status, checked.error) }
}

/** The length of an archive that may come, or why it may not. */
function readLength(context: Context<HttpEnv>, { maxBytes }: Desk): number | Response {
  const type = (context.req.header('content-type') ?? 'application/zip').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/zip') return failed(context, 415, `A result is an application/zip, not ${type ?? 'this'}.`)
  const told = context.req.header('content-length')
  if (told === undefined) return failed(context, 411, 'A result comes with its content-length.')
  const bytes = Number(told)
  if (bytes <= maxBytes) return bytes
  return failed(context, 413, `The archive has ${bytes} bytes, and ${maxBytes} are taken at most.`)
}

function isOfNode(error: unknown): boolean {
  return (
    error instanceof ChainAway ||
    error instanceof BaseError ||
    (error instanceof Error && error.cause instanceof BaseError)
  )
}
