// `PUT /results/<task>`: a worker brings a result.
import type { Context, Hono } from 'hono'
import { BaseError } from 'viem'
import { TICKET_HEADER, type Uploaded } from '@iexec/wire/work'
import { failed, type HttpEnv } from '@iexec/service'
import { NoRoom, bytesOf, isDiskFull } from '../keep/upload.ts'
import { ChainAway } from '../result/judge.ts'
import { NotTaken, findKnown, receive, type Desk } from '../result/receive.ts'
import { checkTicket, readTicket, type GoodTicket } from '../result/ticket.ts'
import { beginBody } from './node.ts'
import { later, type Turnstile } from './turnstile.ts'

/**
 * Adds the route to an app. The ticket is checked before the body is read; what is here already needs no body.
 *
 * @example
 * addResults(app, desk, openTurnstile(32))
 */
export function addResults(app: Hono<HttpEnv>, desk: Desk, turnstile: Turnstile): void {
  app.put('/results/:task', async (context) => {
    try {
      const checked = await check(context, desk)
      if ('response' in checked) return checked.response
      const known = await findKnown(desk.court, checked)
      if (known !== undefined) return answer(context, 200, known)
      const refusal = await whyNoRoom(context, desk, checked)
      if (refusal !== undefined) return refusal
      return await turnstile(context, async () =>
        answer(context, 201, await receive(desk, checked, beginBody(context))),
      )
    } catch (error) {
      if (error instanceof NotTaken) return failed(context, error.status, error.message)
      if (error instanceof NoRoom) return failed(context, error.of === 'storage' ? 507 : 413, error.message)
      if (isDiskFull(error)) return failed(context, 507, 'The disk of this storage is full.')
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
  { court }: Desk,
): Promise<GoodTicket | { readonly response: Response }> {
  const read = readTicket(context.req.header(TICKET_HEADER))
  if (!read.ok) return { response: failed(context, read.status, read.error) }
  const task = context.req.param('task') ?? ''
  if (task.toLowerCase() !== read.ticket.taskId.toLowerCase()) {
    return {
      response: failed(context, 400, `The ticket is for the task ${read.ticket.taskId}, not for that of the address.`),
    }
  }
  const checked = await checkTicket(court.hub(), read.ticket, court.shelf.now())
  return checked.ok ? checked : { response: failed(context, checked.status, checked.error) }
}

/** What can be said of an archive by its length, before it comes. */
async function whyNoRoom(context: Context<HttpEnv>, desk: Desk, { ticket }: GoodTicket): Promise<Response | undefined> {
  const { court, maxBytes, workerQuotaBytes } = desk
  const type = (context.req.header('content-type') ?? 'application/zip').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/zip') return failed(context, 415, `A result is an application/zip, not ${type ?? 'this'}.`)
  const length = Number(context.req.header('content-length') ?? 0)
  if (length > maxBytes)
    return failed(context, 413, `The archive has ${length} bytes, and ${maxBytes} are taken at most.`)
  const { read } = court.shelf.database
  const { bytes } = await read.selectFrom('total').select('bytes').executeTakeFirstOrThrow()
  if (bytes + length > court.shelf.quotaBytes) {
    return failed(context, 507, `This storage is full: it holds ${bytes} bytes of ${court.shelf.quotaBytes}.`)
  }
  const used = await bytesOf(read, `worker ${ticket.worker.toLowerCase()}`)
  if (used + length <= workerQuotaBytes) return undefined
  return failed(
    context,
    413,
    `${ticket.worker} has ${used} bytes here of ${workerQuotaBytes}, and ${length} more were to come.`,
  )
}

function isOfNode(error: unknown): boolean {
  return (
    error instanceof ChainAway ||
    error instanceof BaseError ||
    (error instanceof Error && error.cause instanceof BaseError)
  )
}
