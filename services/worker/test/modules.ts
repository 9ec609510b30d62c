// Three apps as WebAssembly, byte by byte, and a server from which workers fetch them.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sha256, type Hex } from 'viem'

const HEAD = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1]
// Exports `memory` and `_start`.
const EXPORTS = [7, 0x13, 2, 6, ...bytesOf('memory'), 2, 0, 6, ...bytesOf('_start'), 0, 0]

function bytesOf(text: string): readonly number[] {
  return [...Buffer.from(text)]
}

/** A module whose only function has this body, locals first. */
function moduleOf(body: readonly number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array([...HEAD, ...EXPORTS, 0x0a, body.length + 2, 1, body.length, ...body])
}

/** Does nothing. */
export const NOTHING: Uint8Array<ArrayBuffer> = moduleOf([0, 0x0b])
/** Never ends. */
export const FOREVER: Uint8Array<ArrayBuffer> = moduleOf([0, 3, 0x40, 0x0c, 0, 0x0b, 0x0b])
/** Runs into code that cannot be. */
export const TRAP: Uint8Array<ArrayBuffer> = moduleOf([0, 0, 0x0b])

/** Writes `hello` and a line feed to its stdout, by fd_write. */
export const HELLO: Uint8Array<ArrayBuffer> = sayHello()

function section(id: number, content: readonly number[]): readonly number[] {
  return [id, content.length, ...content]
}

function name(text: string): readonly number[] {
  return [text.length, ...bytesOf(text)]
}

function sayHello(): Uint8Array<ArrayBuffer> {
  const types = section(1, [2, 0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f, 0x60, 0, 0])
  const imports = section(2, [1, ...name('wasi_snapshot_preview1'), ...name('fd_write'), 0, 0])
  const exports = section(7, [2, ...name('memory'), 2, 0, ...name('_start'), 0, 1])
  // fd_write(1, the list at 8, of 1 piece, the count at 16)
  const body = [0, 0x41, 1, 0x41, 8, 0x41, 1, 0x41, 16, 0x10, 0, 0x1a, 0x0b]
  const code = section(10, [1, body.length, ...body])
  // The piece: 6 bytes at 0.
  const text = [0, 0x41, 0, 0x0b, ...name('hello\n')]
  const list = [0, 0x41, 8, 0x0b, 8, 0, 0, 0, 0, 6, 0, 0, 0]
  const data = section(11, [2, ...text, ...list])
  const middle = [...section(3, [1, 1]), ...section(5, [1, 0, 1])]
  return new Uint8Array([
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...types,
    ...imports,
    ...middle,
    ...exports,
    ...code,
    ...data,
  ])
}

/** A server of modules. */
export type ModuleServer = {
  /** Where a module is, and its checksum. */
  readonly find: (module: Uint8Array) => { readonly url: string; readonly checksum: Hex }
  readonly stop: () => Promise<void>
}

/** Serves modules by their checksum. */
export async function serveModules(...modules: readonly Uint8Array[]): Promise<ModuleServer> {
  const files = new Map(modules.map((module) => [`/${sha256(module)}`, module]))
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '')
    response.writeHead(file === undefined ? 404 : 200).end(file)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    find: (module) => ({ url: `http://127.0.0.1:${port}/${sha256(module)}`, checksum: sha256(module) }),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
