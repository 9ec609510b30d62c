// A storage that takes everything that is signed, unless a test says otherwise: real HTTP, real tickets, files in memory.
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { hashUpload, TICKET_HEADER, uploadTicket, type UploadTicket } from '@iexec/wire/work'
import { isAddressEqual, recoverAddress, type Address } from 'viem'

/** A storage for tests. */
export type SimulatedStorage = {
  readonly url: string
  /** Who brought what, in order. */
  readonly uploads: () => readonly { readonly ticket: UploadTicket; readonly cid: string; readonly bytes: number }[]
  /** What it answers to uploads from now on; 201 takes them. */
  readonly setStatus: (status: number) => void
  /** Whose results it says to take; null: of all pools. */
  readonly setPools: (pools: readonly Address[] | null) => void
  /** Loses all files. */
  readonly lose: () => void
  readonly stop: () => Promise<void>
}

/** Starts one for the pools of a hub. */
export async function startStorage(chainId: number, hub: Address): Promise<SimulatedStorage> {
  let pools: readonly Address[] | null = null
  const files = new Map<string, Buffer>()
  const uploads: { readonly ticket: UploadTicket; readonly cid: string; readonly bytes: number }[] = []
  let status = 201
  const take = async (request: IncomingMessage): Promise<{ readonly cid: string } | undefined> => {
    const text = Buffer.from(String(request.headers[TICKET_HEADER]), 'base64url').toString()
    const ticket = uploadTicket.parse(JSON.parse(text))
    const signer = await recoverAddress({ hash: hashUpload(ticket, chainId), signature: ticket.signature })
    const body = await buffer(request)
    if (status !== 201 || !isAddressEqual(signer, ticket.worker)) return undefined
    const cid = cidOf(body)
    files.set(cid, body)
    uploads.push({ ticket, cid, bytes: body.length })
    return { cid }
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const taken = await take(request)
    if (taken === undefined) response.writeHead(status === 201 ? 403 : status).end('no')
    else response.writeHead(201).end(JSON.stringify({ ...taken, isPublic: true }))
  }
  const server = createServer((request, response) => {
    if (request.method === 'PUT') {
      void answer(request, response)
      return
    }
    if (request.url === '/health') {
      response.end(JSON.stringify({ ok: true, chainId, hub, pools }))
      return
    }
    const file = files.get((request.url ?? '').replace('/ipfs/', ''))
    response.writeHead(file === undefined ? 404 : 200).end(request.method === 'HEAD' ? undefined : file)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    uploads: () => uploads,
    setStatus: (next) => {
      status = next
    },
    setPools: (next) => {
      pools = next
    },
    lose: () => {
      files.clear()
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** An identifier of version 0 of the bytes themselves: not what kubo would say, but of its form. */
function cidOf(bytes: Buffer): string {
  const digits: string[] = []
  let rest = BigInt(`0x1220${createHash('sha256').update(bytes).digest('hex')}`)
  while (rest > 0n) {
    digits.unshift(ALPHABET[Number(rest % 58n)] ?? '')
    rest /= 58n
  }
  return digits.join('')
}
