// Files of IPFS through one HTTP gateway that the operator chose, with bounds on size and time; nothing else is ever asked.
import { createHash } from 'node:crypto'

/** A file as text, or why there is none, in one sentence; and how many bytes were read in either case. */
export type FetchedFile = { readonly bytes: number } & (
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string }
)

/** Fetches the file of a content identifier. Never throws, not even when the signal aborts. */
export type Gateway = (cid: string, signal: AbortSignal) => Promise<FetchedFile>

/** Bounds on one file. */
export type GatewayLimits = { readonly maxBytes?: number; readonly timeoutMs?: number }

const MAX_BYTES = 2 ** 20
const TIMEOUT_MS = 15_000

/**
 * Opens the way to a gateway: a file is `<url>/ipfs/<cid>`. Redirects are refused, so a gateway must serve paths.
 *
 * Content is compared with its identifier where that is the hash of the very bytes (CIDs of version 1 with the codec `raw` and
 * sha2-256, the usual form of new small files). Of every other file the gateway is trusted.
 *
 * @param url http or https, without user and password
 * @example
 * const gateway = openGateway('https://ipfs.example')
 * const file = await gateway('QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ', signal)
 */
export function openGateway(url: string, limits: GatewayLimits = {}): Gateway {
  const { maxBytes = MAX_BYTES, timeoutMs = TIMEOUT_MS } = limits
  const base = new URL(url.endsWith('/') ? url : `${url}/`)
  return async (cid, signal) => {
    const late = AbortSignal.timeout(timeoutMs)
    const read = { bytes: 0 }
    const fail = (problem: string): FetchedFile => ({ ok: false, bytes: read.bytes, problem })
    try {
      // A content identifier has letters and digits only: it cannot lead anywhere else.
      const file = new URL(`ipfs/${cid}`, base)
      const response = await fetch(file, { redirect: 'manual', signal: AbortSignal.any([signal, late]) })
      if (response.status !== 200) {
        await response.body?.cancel()
        return fail(`The gateway answered ${response.status} for ${cid}.`)
      }
      const content = await readBody(response, maxBytes, read)
      if (content === undefined) return fail(`${cid} has more than ${maxBytes} bytes.`)
      if (isForged(cid, content)) return fail(`What the gateway sent is not the content of ${cid}.`)
      return { ok: true, bytes: read.bytes, text: content.toString('utf8') }
    } catch (error) {
      return fail(
        late.aborted ? `${cid} did not come within ${timeoutMs} ms.` : `${cid} did not come: ${sayWhy(error)}.`,
      )
    }
  }
}

/** The body; `undefined` as soon as it is too long. */
async function readBody(response: Response, maxBytes: number, read: { bytes: number }): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = []
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    read.bytes += chunk.length
    if (read.bytes > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Version 1, codec raw, sha2-256, 32 bytes: what stands in front of the hash. */
const RAW_SHA256 = '01551220'
const HEX_RAW = `f${RAW_SHA256}`
const BASE32_RAW = 'bafkrei'
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

function isForged(cid: string, content: Buffer): boolean {
  const bytes = `${RAW_SHA256}${createHash('sha256').update(content).digest('hex')}`
  if (cid.startsWith(HEX_RAW)) return cid !== `f${bytes}`
  return cid.startsWith(BASE32_RAW) && cid !== `b${toBase32(bytes)}`
}

/** 36 bytes are 57 digits of 5 bits and 3 bits more, which two zeros complete. */
function toBase32(hex: string): string {
  const digits = (BigInt(`0x${hex}`) << 2n).toString(32).padStart(58, '0')
  return Array.from(digits, (digit) => BASE32.charAt(Number.parseInt(digit, 32))).join('')
}

/** What the network said; never what the gateway sent. */
function sayWhy(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { readonly code?: unknown } | undefined) : undefined
  return typeof cause?.code === 'string' ? cause.code : 'the connection broke'
}
