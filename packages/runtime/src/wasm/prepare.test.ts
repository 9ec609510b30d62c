// How a module comes to a worker: fetched once, checked, refused or rewritten, and kept; and what a worker that died left behind.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { program } from '../../test/wasm/program.ts'
import { startModuleHouse, type ModuleHouse } from '../../test/wasm/runs.ts'
import { MachineFault } from '../job.ts'
import { createWasmEngine } from './index.ts'
import { isPlainPath } from './keepOutputs.ts'
import { ModuleCache } from './moduleCache.ts'

const options = { signal: AbortSignal.timeout(120_000), seconds: 30 }
const left: ChildProcess[] = []
const start = (name: string): ChildProcess => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()', name], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  left.push(child)
  return child
}
let house: ModuleHouse
beforeAll(async () => {
  house = await startModuleHouse({ patience: { stallMs: 1_000, pauseMs: 1, tries: 2 }, mostModuleBytes: 100_000 })
})
afterEach(() => {
  for (const child of left.splice(0)) child.kill('SIGKILL')
})
afterAll(() => house.stop())

test('a module is fetched and rewritten once, also for an engine that starts anew', async () => {
  const module = await program((place) => `(call $print ${place('once')})`)
  await house.run(module)
  const before = house.requests()

  const again = createWasmEngine({ folder: join(house.folder, 'engine'), gateways: [], allowsPrivate: true })
  await again.prepare(house.offer(module), options)

  expect(house.requests()).toBe(before)
})

test.each(['', '0xff00', 'ftp://a.example/a.wasm', '/ip4/127.0.0.1/tcp/80', 'https://['])(
  'the address "%s", at which nothing can be, is a fault of the task',
  async (url) => {
    const { sha256 } = house.offer(await program(() => ''))

    const absent = house.engine.prepare({ type: 'WASM', url, sha256 }, options)

    await expect(absent).rejects.toMatchObject({ name: 'TaskFault', kind: 'APP_IMAGE_DOWNLOAD_FAILED' })
  },
)

test('a module that is not there is a fault of the task', async () => {
  const { url } = house.offer(await program(() => ''))

  const absent = house.engine.prepare({ type: 'WASM', url: `${url}x`, sha256: `0x${'11'.repeat(32)}` }, options)

  await expect(absent).rejects.toMatchObject({ name: 'TaskFault', kind: 'APP_IMAGE_DOWNLOAD_FAILED' })
})

test('a module with another checksum is refused', async () => {
  const { url } = house.offer(await program(() => ''))

  const other = house.engine.prepare({ type: 'WASM', url, sha256: `0x${'11'.repeat(32)}` }, options)

  await expect(other).rejects.toMatchObject({ name: 'TaskFault', kind: 'APP_IMAGE_REFUSED' })
})

test('a module that is too large is refused', async () => {
  const large = house.engine.prepare(house.offer(new Uint8Array(100_001)), options)

  await expect(large).rejects.toMatchObject({ name: 'TaskFault', kind: 'APP_IMAGE_REFUSED' })
})

test.each([
  ['what is no module', Buffer.from('#!/bin/sh'), 'not a WebAssembly module'],
  [
    'what V8 does not take',
    Buffer.from('0061736d0100000001040160000003020100070a01065f737461727400000a06010400417f0b', 'hex'),
    'WebAssembly.Module',
  ],
])('%s is refused with a sentence', async (_, module, message) => {
  const refused = house.engine.prepare(house.offer(module), options)

  await expect(refused).rejects.toMatchObject({
    kind: 'APP_IMAGE_REFUSED',
    message: expect.stringContaining(message) as string,
  })
})

test('an image is not run as a module', async () => {
  const image = house.engine.prepare({ type: 'DOCKER', image: 'a', digest: `0x${'11'.repeat(32)}` }, options)

  await expect(image).rejects.toMatchObject({ kind: 'APP_IMAGE_REFUSED' })
})

test('a kept module that was damaged is made anew', async () => {
  const cache = new ModuleCache(join(house.folder, 'damaged'), 1_000)
  await cache.write('aa', 'rewritten', Buffer.from('module'))
  const [name = ''] = await readdir(join(house.folder, 'damaged'))

  await appendFile(join(house.folder, 'damaged', name), 'x')

  expect(await cache.read('aa', 'rewritten')).toBeUndefined()
  expect(await cache.read('bb', 'rewritten')).toBeUndefined()
})

test('what was not used for longest makes room', async () => {
  const cache = new ModuleCache(join(house.folder, 'full'), 300)
  await cache.write('aa', 'sold', new Uint8Array(100))
  await cache.write('bb', 'sold', new Uint8Array(100))
  for (const [seconds, name] of (await readdir(join(house.folder, 'full'))).toSorted().entries()) {
    await utimes(join(house.folder, 'full', name), seconds, seconds)
  }
  await cache.read('aa', 'sold')

  await cache.write('cc', 'sold', new Uint8Array(100))

  expect(await cache.read('aa', 'sold')).toBeDefined()
  expect(await cache.read('bb', 'sold')).toBeUndefined()
  expect(await cache.read('cc', 'sold')).toBeDefined()
})

test('a machine that is too slow to rewrite a module votes for nothing', async () => {
  const engine = createWasmEngine({
    folder: join(house.folder, 'slow'),
    gateways: [],
    allowsPrivate: true,
    rewriteMs: 1,
  })
  const app = house.offer(await program(() => ''))

  await expect(engine.prepare(app, { signal: AbortSignal.timeout(60_000), seconds: 60 })).rejects.toThrow(MachineFault)
})

test('a module that cannot be kept is the fault of this machine, and leaves nothing behind', async () => {
  const folder = join(house.folder, 'taken')
  await mkdir(join(folder, 'cc.wasm', 'in the way'), { recursive: true })
  const cache = new ModuleCache(folder, 300)

  await expect(cache.write('cc', 'sold', new Uint8Array(100))).rejects.toThrow(MachineFault)

  expect(await readdir(folder)).toEqual(['cc.wasm'])
})

test('sweeping ends what a dead worker left running, and nothing else', async () => {
  const folder = join(house.folder, 'swept')
  const engine = createWasmEngine({ folder, gateways: [], allowsPrivate: true })
  const [forgotten, stranger] = [start('iexec-wasm-one'), start('something-else')]
  await mkdir(join(folder, 'running'), { recursive: true })
  await writeFile(join(folder, 'running', `${forgotten.pid}.iexec-wasm-one`), '')
  await writeFile(join(folder, 'running', `${stranger.pid}.iexec-wasm-two`), '')

  const exit = once(forgotten, 'exit')
  await engine.sweep()

  await exit
  expect(forgotten.signalCode).toBe('SIGKILL')
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
  expect(await readdir(join(folder, 'running'))).toEqual([])
})

test('sweeping leaves alone what this worker runs', async () => {
  const module = await program((place) => `(call $print ${place('x')}) (loop $for_ever (br $for_ever))`)
  const controller = new AbortController()
  const sweptAt: Promise<void>[] = []

  const { ending } = await house.run(module, {
    signal: controller.signal,
    onLog: () => {
      sweptAt.push(house.engine.sweep().then(() => controller.abort()))
    },
  })
  await Promise.all(sweptAt)

  expect(ending).toEqual({ kind: 'aborted' })
})

test('the process of a task has no rights, no environment, and a name', async () => {
  const module = await program((place) => `(call $print ${place('x')}) (loop $for_ever (br $for_ever))`)
  const controller = new AbortController()
  const seen: Promise<readonly string[]>[] = []
  const look = async (): Promise<readonly string[]> => {
    const [note = ''] = await readdir(join(house.folder, 'engine', 'running'))
    const proc = `/proc/${note.split('.')[0]}`
    const read = await Promise.all([readFile(`${proc}/cmdline`, 'utf8'), readFile(`${proc}/environ`, 'utf8')])
    controller.abort()
    return read
  }

  await house.run(module, { signal: controller.signal, onLog: () => void seen.push(look()) })

  const [commandLine = '', environment = ''] = (await seen[0]) ?? []
  expect(commandLine.split('\0')).toContain('--permission')
  expect(commandLine).not.toContain('--allow')
  expect(environment.replaceAll(/(?:PWD|OLDPWD|SHLVL|_)=[^\0]*\0/gu, '')).toBe('')
})

test('only plain paths become files', () => {
  for (const path of ['a', 'a/b', '..a', 'a\nb', '.hidden']) expect(isPlainPath(path)).toBe(true)
  for (const path of ['', '/a', 'a/', 'a//b', '.', '..', 'a/../b', 'a/./b', 'a\0b', 'x'.repeat(256)])
    expect(isPlainPath(path)).toBe(false)
})
