// The files of a multipart body, one after the other, as they come in.
import type { IncomingMessage } from 'node:http'
import { Busboy, type BusboyFileStream } from '@fastify/busboy'
import { DEEPEST_PATH } from '../content/find.ts'

/** A file or a folder of a body. */
export type Part = {
  /** As the client named it, percent signs decoded; `undefined` when it did not. */
  readonly path: string | undefined
  /** `undefined`: it is a folder. */
  readonly content: AsyncIterable<Uint8Array> | undefined
}

/** The body breaks a rule. */
export class BadBody extends Error {
  override readonly name: string = 'BadBody'
  readonly status: 400 | 413

  constructor(status: 400 | 413, sentence: string) {
    super(sentence)
    this.status = status
  }
}

/** What a body may have. */
export type BodyLimits = { readonly maxBytes: number; readonly maxFiles: number }

const HEADER_PAIRS = 32
const FOLDER_TYPE = 'application/x-directory'
const LINK_TYPE = 'application/symlink'

type Arrived = { readonly part: Part } | { readonly error: Error } | 'end'

/**
 * Gives the files of a body. The next one comes when the one before has been read to its end.
 *
 * @throws BadBody when it is no multipart body, is cut off, or has more than is allowed
 * @example
 * for await (const { path, content } of readParts(incoming, { maxBytes: 1e9, maxFiles: 1000 })) …
 */
export async function* readParts(incoming: IncomingMessage, limits: BodyLimits): AsyncGenerator<Part, void> {
  const arrivals = openArrivals()
  const parser = openParser(incoming, limits, arrivals.add)
  try {
    incoming.pipe(parser)
    for (;;) {
      const arrived = await arrivals.next()
      if (arrived === 'end') return
      if ('error' in arrived) throw arrived.error
      yield arrived.part
    }
  } finally {
    incoming.unpipe(parser)
    parser.destroy()
  }
}

type Parser = InstanceType<typeof Busboy>

function openParser(incoming: IncomingMessage, limits: BodyLimits, add: (arrived: Arrived) => void): Parser {
  const { maxBytes, maxFiles } = limits
  let current: BusboyFileStream | undefined
  const fail = (status: 400 | 413, sentence: string): void => {
    const error = new BadBody(status, sentence)
    // Whoever reads a file waits for its end, which will not come.
    current?.destroy(error)
    add({ error })
  }
  let parser: Parser
  try {
    parser = new Busboy({
      headers: { ...incoming.headers, 'content-type': incoming.headers['content-type'] ?? '' },
      preservePath: true,
      // A part without a name of a file is one nevertheless.
      isPartAFile: () => true,
      limits: { files: maxFiles, parts: maxFiles, headerPairs: HEADER_PAIRS },
    })
  } catch (cause) {
    throw new BadBody(
      400,
      `The body is no multipart/form-data: ${cause instanceof Error ? cause.message : 'it is malformed'}.`,
    )
  }
  let left = maxBytes
  const take = (bytes: number): void => {
    left -= bytes
    if (left < 0) throw new BadBody(413, `The files have more than ${maxBytes} bytes together.`)
  }
  parser.on('file', (...[, stream, name, , type]) => {
    current = stream
    stream.on('error', () => undefined)
    add(readPart(stream, { name, type, take }))
  })
  for (const event of ['filesLimit', 'partsLimit'] as const) {
    parser.on(event, () => {
      fail(413, `There are more than ${maxFiles} files.`)
    })
  }
  parser.on('error', (error) => {
    fail(400, `The body is malformed: ${error instanceof Error ? error.message : 'it cannot be read'}.`)
  })
  parser.on('finish', () => {
    add('end')
  })
  incoming.once('close', () => {
    if (!incoming.complete) fail(400, 'The body was cut off.')
  })
  return parser
}

type Described = { readonly name: string | undefined; readonly type: string; readonly take: (bytes: number) => void }

function readPart(stream: BusboyFileStream, { name, type, take }: Described): Arrived {
  const path = name === undefined || name === '' ? undefined : decodeName(name)
  if (type === LINK_TYPE) return { error: new BadBody(400, 'Links cannot be brought, only files and folders.') }
  if (path === null) return { error: new BadBody(400, `${JSON.stringify(name)} cannot be the name of a file.`) }
  if (type !== FOLDER_TYPE) return { part: { path, content: counted(stream, take) } }
  stream.resume()
  return { part: { path, content: undefined } }
}

/** `null` for a name that leads anywhere but below its folder, or deeper than anybody can ask for. */
function decodeName(name: string): string | null {
  try {
    const path = decodeURIComponent(name).replaceAll(/^\/+|\/+$/gu, '')
    const names = path.split('/')
    // Each folder costs memory while the files come in.
    const isGood = path.length <= 4096 && names.length <= DEEPEST_PATH
    const leadsDown = names.every((one) => one !== '' && one !== '.' && one !== '..')
    return isGood && leadsDown && !path.includes('\0') ? path : null
  } catch {
    return null
  }
}

async function* counted(stream: BusboyFileStream, take: (bytes: number) => void): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      take(piece.length)
      yield piece
    }
  } catch (cause) {
    throw cause instanceof BadBody ? cause : new BadBody(400, 'The body was cut off.')
  }
}

/** What arrived and is not taken yet. */
function openArrivals(): { readonly add: (arrived: Arrived) => void; readonly next: () => Promise<Arrived> } {
  const waiting: Arrived[] = []
  let wake: (() => void) | undefined
  return {
    add: (arrived) => {
      waiting.push(arrived)
      wake?.()
    },
    next: async () => {
      for (;;) {
        const arrived = waiting.shift()
        if (arrived !== undefined) return arrived
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}
