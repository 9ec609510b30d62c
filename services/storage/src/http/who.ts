// Who may bring files, how much, and for how long they are kept.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context } from 'hono'
import { askerOf, clientOf, isOriginOfThisMachine, type HttpEnv } from '@iexec/service'
import type { Uploader } from '../keep/upload.ts'

/** Programs of this machine; they, and pages that this machine serves itself; or everybody. */
export type Whom = 'local' | 'local-pages' | 'everyone'

/** What the operator allows. Times in milliseconds. */
export type Admission = {
  /** Without a token. */
  readonly open: Whom
  /** Names of uploaders by the sha-256 of their tokens, in hex. */
  readonly tokens: ReadonlyMap<string, string>
  /** For each token, and for this machine. */
  readonly uploaderQuotaBytes: number
  /** For each address that has no token. */
  readonly addressQuotaBytes: number
  /** How long files without a token are kept, unless they are of this machine. */
  readonly keepStrangersMs: number
}

/** Who it is, and how long what he brings is kept; `undefined`: for ever. */
export type Admitted = { readonly uploader: Uploader; readonly keepMs: number | undefined }

/** Why not. */
export type NotAdmitted = { readonly status: 401 | 403; readonly error: string }

const MAY_BRING = {
  local: 'Only programs of the machine of this storage, and holders of a token, may bring files.',
  'local-pages': 'Only programs and pages of the machine of this storage, and holders of a token, may bring files.',
} as const

/** What is not to be kept (`pin=false`) is kept for as long as somebody may still fetch it. */
const KEEP_UNPINNED_MS = 24 * 3_600_000

/**
 * Whether a request may bring files.
 *
 * A page that a browser shows can send requests to this machine in the name of whoever sits at it. So what comes with an `Origin`
 * is not of this machine.
 *
 * @example
 * admit(context, admission) // { uploader: { kind: 'added', owner: 'local', … }, keepMs: undefined }
 */
export function admit(context: Context<HttpEnv>, admission: Admission): Admitted | NotAdmitted {
  const { open, uploaderQuotaBytes, addressQuotaBytes, keepStrangersMs } = admission
  const keepMs = context.req.query('pin') === 'false' ? KEEP_UNPINNED_MS : undefined
  const token = tokenOf(context)
  if (token !== undefined) {
    const name = nameOf(admission, token)
    if (name === undefined) return { status: 401, error: 'This storage does not know the token.' }
    return { uploader: { kind: 'added', owner: `token ${name}`, quotaBytes: uploaderQuotaBytes }, keepMs }
  }
  const client = clientOf(askerOf(context))
  const origin = context.req.header('origin')
  const isLocal = client === undefined && origin === undefined
  if (isLocal) return { uploader: { kind: 'added', owner: 'local', quotaBytes: uploaderQuotaBytes }, keepMs }
  const isOfHere = client === undefined && origin !== undefined && isOriginOfThisMachine(origin)
  if (open === 'local' || (open === 'local-pages' && !isOfHere)) return { status: 403, error: MAY_BRING[open] }
  return {
    uploader: { kind: 'added', owner: `address ${client ?? 'page'}`, quotaBytes: addressQuotaBytes },
    keepMs: Math.min(keepStrangersMs, keepMs ?? keepStrangersMs),
  }
}

/** Whether a request carries a token that this storage knows. */
export function hasToken(context: Context<HttpEnv>, admission: Admission): boolean {
  const token = tokenOf(context)
  return token !== undefined && nameOf(admission, token) !== undefined
}

/** How tokens are remembered. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

function tokenOf(context: Context<HttpEnv>): string | undefined {
  return /^Bearer\s+(\S+)$/iu.exec(context.req.header('authorization') ?? '')?.[1]
}

function nameOf({ tokens }: Admission, token: string): string | undefined {
  const given = Buffer.from(hashToken(token), 'hex')
  return [...tokens].find(([hash]) => timingSafeEqual(Buffer.from(hash, 'hex'), given))?.[1]
}
