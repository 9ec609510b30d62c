// Runs a module that does nothing, to see whether this machine can run modules at all.
import { createServer } from 'node:http'
import { mkdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { limitsOf, type Engine } from '@iexec/runtime'
import { sha256, type Hex } from 'viem'

/** `(module (memory (export "memory") 1) (func (export "_start")))` */
const NOTHING = Uint8Array.from(
  Buffer.from(
    '0061736d01000000010401600000030201000503010001071302066d656d6f72790200065f737461727400000a040102000b',
    'hex',
  ),
)
const TASK: Hex = `0x${'00'.repeat(32)}`
const SECONDS = 60

/**
 * Runs it.
 *
 * @param folder of this trial alone
 * @returns how long the run took, in milliseconds
 * @throws Error when it did not end by itself with 0
 * @example
 * await tryWasm(createWasmEngine({ folder, gateways: [], allowsPrivate: true }), folder) // 130
 */
export async function tryWasm(engine: Engine, folder: string): Promise<number> {
  const server = createServer((_, response) => response.end(NOTHING))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { signal } = new AbortController()
  const app = { type: 'WASM', url: `http://127.0.0.1:${port}/`, sha256: sha256(NOTHING) } as const
  try {
    await engine.sweep()
    const prepared = await engine.prepare(app, { signal, seconds: SECONDS })
    const folders = { input: join(folder, 'in'), output: join(folder, 'out'), legacy: join(folder, 'legacy') }
    for (const path of Object.values(folders)) await mkdir(path, { recursive: true })
    const limits = limitsOf(SECONDS).run
    const job = { id: TASK, app, args: [], env: {}, startTime: 0, limits, network: false }
    const { ending, milliseconds } = await prepared.run(job, folders, { signal })
    if (ending.kind === 'exited' && ending.exitCode === 0) return Math.round(milliseconds)
    throw new Error(`It ended as ${JSON.stringify(ending)}.`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
