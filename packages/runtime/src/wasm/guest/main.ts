// The process of one task: takes an order from the worker, rewrites or runs a module, and tells what came of it. It has no
// rights, and nothing but its two pipes.
import { ModuleRefused } from '../module/bytes.ts'
import { ADDED, rewrite } from '../module/rewrite.ts'
import { FRAME, ROOTS, type InputEntry, type Order } from '../protocol.ts'
import { createCalls } from './calls.ts'
import { FolderDescriptor, StreamDescriptor } from './descriptors.ts'
import { Disk, type FolderNode } from './disk.ts'
import { describeEnding } from './endings.ts'
import { hasLongPath, sendOutputs } from './outputs.ts'
import { readBytes, readJson, send, sendJson } from './pipes.ts'
import { RandomStream } from './random.ts'
import { LimitedStream } from './streams.ts'
import { VirtualClock } from './time.ts'
import { webAssembly, type ModuleInstance } from './v8.ts'

type RunOrder = Extract<Order, { readonly do: 'run' }>

const PAGE_BYTES = 65_536

function main(): void {
  const order = readJson() as Order
  const module = readBytes(order.moduleBytes)
  if (order.do === 'rewrite') rewriteModule(module)
  else run(order, module)
  send(FRAME.done)
}

function rewriteModule(module: Uint8Array): void {
  try {
    const rewritten = rewrite(module)
    // V8 knows the types of all operands: what it does not take as it was sold is not mended by rewriting it.
    requireValid(module)
    requireValid(rewritten)
    send(FRAME.bytes, rewritten)
  } catch (error) {
    if (!(error instanceof ModuleRefused)) throw error
    sendJson(FRAME.refused, error.message)
  }
}

function requireValid(module: Uint8Array): void {
  try {
    void new webAssembly.Module(module)
  } catch (error) {
    if (!(error instanceof webAssembly.CompileError)) throw error
    throw new ModuleRefused(error.message)
  }
}

function run(order: RunOrder, module: Uint8Array): void {
  const { limits } = order
  const disk = new Disk({ bytes: limits.outputBytes, files: limits.outputFiles })
  const folders = readFolders(order.inputs, disk)
  const stdout = new LimitedStream(FRAME.stdout, limits.logBytes)
  const stderr = new LimitedStream(FRAME.stderr, limits.logBytes)
  const setting = { disk, fileTime: BigInt(order.startTime) * 1_000_000_000n }
  const { calls, attach } = createCalls({
    args: ['app.wasm', ...order.args],
    env: Object.entries(order.env).map(([name, value]) => `${name}=${value}`),
    open: [
      new StreamDescriptor(),
      new StreamDescriptor(stdout.write),
      new StreamDescriptor(stderr.write),
      ...[...folders].map(([name, folder]) => new FolderDescriptor(folder, setting, name)),
    ],
    setting,
    clock: new VirtualClock(order.startTime),
    random: new RandomStream(Uint8Array.from(Buffer.from(order.seed, 'hex'))),
  })
  const compiled = new webAssembly.Module(module)
  send(FRAME.started)
  let thrown: unknown
  let instance: ModuleInstance | undefined
  try {
    instance = new webAssembly.Instance(compiled, { wasi_snapshot_preview1: calls })
    start(instance, attach)
  } catch (error) {
    thrown = error
  }
  const told = describeEnding(thrown, instance, Math.floor(limits.memoryBytes / PAGE_BYTES))
  const isTooLong = told.kind !== 'fault' && hasLongPath(folders)
  const ending = isTooLong ? ({ kind: 'disk-full' } as const) : told
  sendJson(FRAME.ended, { ending, isStdoutCut: stdout.isCut, isStderrCut: stderr.isCut })
  if (!isTooLong) sendOutputs(folders)
}

function start({ exports }: ModuleInstance, attach: ReturnType<typeof createCalls>['attach']): void {
  const { memory } = exports
  if (memory !== undefined && 'buffer' in memory) attach(memory)
  for (const name of [ADDED.start, '_start']) {
    const entry = exports[name]
    if (typeof entry === 'function') entry()
  }
}

function readFolders(inputs: readonly InputEntry[], disk: Disk): ReadonlyMap<string, FolderNode> {
  const folders = new Map<string, FolderNode>(
    ROOTS.map((name) => [name, disk.createRoot({ isReadOnly: name === '/iexec_in' })]),
  )
  const bytes: (Uint8Array<ArrayBuffer> | undefined)[] = []
  for (const { root, path, content } of inputs) {
    if (content.kind === 'bytes') bytes.push(readBytes(content.length))
    else bytes.push(content.kind === 'same' ? bytes[content.as] : undefined)
    const folder = folders.get(root)
    if (folder !== undefined) disk.addInput(folder, path, bytes.at(-1))
  }
  return folders
}

try {
  main()
} catch (error) {
  sendJson(FRAME.failed, error instanceof Error ? `${error.name}: ${error.message}` : String(error))
}
