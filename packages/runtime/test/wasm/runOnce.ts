// Runs one module in a process of its own, so that tests can vary everything around it. Takes the module, the folder of inputs
// and a folder for itself; prints all that the run gave.
import { readFile, mkdir } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import process from 'node:process'
import { startServer } from '../fileServer.ts'
import { createWasmEngine } from '../../src/wasm/index.ts'
import { LIMITS, readFolder, START, TASK } from './runs.ts'

const [file = '', input = '', folder = ''] = process.argv.slice(2)
const module = await readFile(file)
const server = await startServer((_, response) => response.end(module))
const app = { type: 'WASM', url: server.url, sha256: `0x${createHash('sha256').update(module).digest('hex')}` } as const
const engine = createWasmEngine({ folder: join(folder, 'engine'), gateways: [], allowsPrivate: true })
const folders = { input, output: join(folder, 'out'), legacy: join(folder, 'legacy') }
await Promise.all([folders.output, folders.legacy].map((path) => mkdir(path, { recursive: true })))
const signal = AbortSignal.timeout(60_000)
const prepared = await engine.prepare(app, { signal, seconds: 60 })
const job = { id: TASK, app, args: ['one'], env: { A: 'b' }, startTime: START, limits: LIMITS, network: false }
const { ending, stdout, stderr } = await prepared.run(job, folders, { signal })
console.log(JSON.stringify({ ending, stdout, stderr, files: await readFolder(folders.output) }))
await server.stop()
