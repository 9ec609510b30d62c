// Brings a result to a storage, and asks whether one still has it.
import { createReadStream, type ReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { hashUpload, TICKET_HEADER, uploaded, type Place, type UploadTicket } from '@iexec/wire/work'
import { request, type Dispatcher } from 'undici'
import type { Hex, LocalAccount } from 'viem'

/** A result on this machine, and by whose permission it may be stored. */
export type Delivery = {
  readonly place: Place
  readonly digest: Hex
  /** The archive. */
  readonly file: string
}

/** Who brings it, on which chain. */
export type Courier = {
  readonly account: LocalAccount
  readonly chainId: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** For one request to a storage, without its body. */
  readonly timeoutMs: number
}

/** What one storage said. */
export type DeliveryOutcome =
  | { readonly ok: true; readonly cid: string }
  /** One sentence for people, with the storage and what it said; and when it wants to be asked again, if it said so. */
  | { readonly ok: false; readonly why: string; readonly againMs?: number | undefined }

/** A ticket is good for one upload: long enough for a large file on a slow line. */
const TICKET_SECONDS = 3_600
/** The slowest line that is waited for, in bytes per second. */
const SLOWEST = 50_000

/**
 * Brings a result to one storage. The file is streamed, never held.
 *
 * @example
 * await deliverTo('https://storage.example', delivery, { account, chainId, now: Date.now, timeoutMs: 30_000, signal })
 */
export async function deliverTo(
  storage: string,
  delivery: Delivery,
  courier: Courier & { readonly signal: AbortSignal },
): Promise<DeliveryOutcome> {
  let body: ReadStream | undefined
  try {
    const { size } = await stat(delivery.file)
    body = createReadStream(delivery.file)
    const timeout = AbortSignal.timeout(courier.timeoutMs + Math.ceil((size / SLOWEST) * 1000))
    const answer = await request(`${withoutSlash(storage)}/results/${delivery.place.taskId}`, {
      method: 'PUT',
      headers: {
        'content-type': 'application/zip',
        'content-length': String(size),
        [TICKET_HEADER]: Buffer.from(JSON.stringify(await signTicket(delivery, courier))).toString('base64url'),
      },
      body,
      // The time of the whole counts, however long a large file takes.
      headersTimeout: 0,
      signal: AbortSignal.any([courier.signal, timeout]),
    })
    if (answer.statusCode < 200 || answer.statusCode > 299) {
      const why = `${storage} answers ${answer.statusCode}: ${await shortText(answer)}`
      return { ok: false, why, againMs: againAfter(answer) }
    }
    return { ok: true, cid: uploaded.parse(await answer.body.json()).cid }
  } catch (error) {
    return { ok: false, why: `${storage}: ${reasonOf(error)}` }
  } finally {
    // Whoever never read it to its end has not closed it either.
    body?.destroy()
  }
}

/**
 * Whether a storage has a file; `undefined` when it does not say.
 *
 * @example
 * await hasFile('https://storage.example', 'Qm…', AbortSignal.timeout(5_000)) // true
 */
export async function hasFile(storage: string, cid: string, signal: AbortSignal): Promise<boolean | undefined> {
  try {
    const { statusCode: status } = await request(`${withoutSlash(storage)}/ipfs/${cid}`, { method: 'HEAD', signal })
    if (status === 200) return true
    return status === 404 || status === 410 ? false : undefined
  } catch {
    return undefined
  }
}

async function signTicket({ place, digest }: Delivery, { account, chainId, now }: Courier): Promise<UploadTicket> {
  const { taskId, dealId, index, enclaveChallenge, authorization } = place
  const validUntil = Math.floor(now() / 1000) + TICKET_SECONDS
  const worker = account.address
  const hash = hashUpload({ worker, taskId, digest, validUntil }, chainId)
  const signature = await signHash(account, hash)
  const about = { worker, taskId, dealId, index, enclaveChallenge, authorization, digest, validUntil }
  return { ...about, enclaveSignature: '0x', signature }
}

/**
 * The signature of an account over a hash that is not a message.
 *
 * @throws Error when the account cannot sign here
 */
export async function signHash(account: LocalAccount, hash: Hex): Promise<Hex> {
  if (account.sign === undefined) throw new Error(`The account ${account.address} cannot sign.`)
  return account.sign({ hash })
}

type Answer = Pick<Dispatcher.ResponseData, 'headers' | 'body'>

/** The header counts in seconds; its other form, a date, is for long breaks. */
function againAfter({ headers }: Answer): number | undefined {
  const seconds = headers['retry-after']
  return typeof seconds === 'string' && /^\d{1,4}$/u.test(seconds) ? Number(seconds) * 1000 : undefined
}

async function shortText({ body }: Answer): Promise<string> {
  const text = await body.text().catch(() => '')
  return text.slice(0, 200).replaceAll(/\s+/gu, ' ')
}

function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return (inner instanceof Error ? inner.message : String(inner)).split('\n', 1)[0] ?? ''
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/u, '')
}
