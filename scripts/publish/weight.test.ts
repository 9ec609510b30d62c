// What a browser loads of the packages made for it: within the limits of `size.config.ts`, whose weights are printed, and nothing
// heavy comes along.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { houseRoot } from '../house.ts'
import limits from './size.config.ts'

type Plugin = {
  readonly name: string
  readonly resolveId: (id: string) => string | undefined
  readonly load: (id: string) => string | undefined
}
type Chunk = {
  readonly fileName: string
  readonly isEntry: boolean
  readonly code: string
  readonly moduleIds: readonly string[]
  /** Loaded with it; what is imported when it is needed is not among them. */
  readonly imports: readonly string[]
}
/** The part of vite that is needed here; it is vitest's, no package of ours. */
type Bundler = {
  readonly build: (options: {
    readonly configFile: false
    readonly logLevel: 'silent'
    readonly plugins: readonly Plugin[]
    readonly build: { readonly write: false; readonly minify: true; readonly lib: unknown }
  }) => Promise<readonly { readonly output: readonly Chunk[] }[]>
}

type Bundled = {
  readonly gzipBytes: number
  /** Of what is loaded before anything is done. */
  readonly firstGzipBytes: number
  readonly modules: readonly string[]
  readonly firstModules: readonly string[]
}

async function bundle(entry: string): Promise<Bundled> {
  const path = createRequire(import.meta.resolve('vitest/package.json')).resolve('vite')
  const { build } = (await import(pathToFileURL(path).href)) as Bundler
  const virtual = `${houseRoot}/scripts/publish/entry.ts`
  const [bundled] = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === virtual ? virtual : undefined),
        load: (id) => (id === virtual ? entry : undefined),
      },
    ],
    build: { write: false, minify: true, lib: { entry: virtual, formats: ['es'] } },
  })
  const chunks = bundled?.output ?? []
  const first = listFirst(chunks)
  return {
    gzipBytes: gzipBytesOf(chunks),
    firstGzipBytes: gzipBytesOf(first),
    modules: chunks.flatMap(({ moduleIds }) => moduleIds),
    firstModules: first.flatMap(({ moduleIds }) => moduleIds),
  }
}

function gzipBytesOf(chunks: readonly Chunk[]): number {
  return gzipSync(chunks.map(({ code }) => code).join('')).length
}

/** The entry and everything that it imports, at once or through others. */
function listFirst(chunks: readonly Chunk[]): readonly Chunk[] {
  const names = new Set(chunks.flatMap(({ isEntry, fileName }) => (isEntry ? [fileName] : [])))
  // A set is walked to its end, also through what is added meanwhile.
  for (const name of names) {
    for (const imported of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) names.add(imported)
  }
  return chunks.filter(({ fileName }) => names.has(fileName))
}

type Weighed = { readonly name: string; readonly passed: boolean; readonly size: number; readonly sizeLimit: number }

/** What size-limit finds. */
function weigh(): readonly Weighed[] {
  const sizeLimit = join(dirname(createRequire(import.meta.url).resolve('size-limit/package.json')), 'bin.js')
  const { stdout, stderr } = spawnSync(process.execPath, [sizeLimit, '--json', '--config', 'size.config.ts'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })
  if (!stdout.startsWith('[')) throw new Error(stderr)
  return JSON.parse(stdout) as readonly Weighed[]
}

test('nothing that a page loads is heavier than its limit', () => {
  const weighed = weigh()

  for (const { name, size, sizeLimit } of weighed) console.log(`${name}: ${size} of ${sizeLimit} bytes, gzipped`)
  expect(weighed.map(({ name }) => name)).toEqual(limits.map(({ name }) => name))
  expect(weighed.filter(({ passed }) => !passed)).toEqual([])
})

test('who signs, publishes and logs in loads at most 12 kB, and neither zod nor an ABI', async () => {
  const { gzipBytes, modules } = await bundle(
    `export { hashChallenge, toSignedOrder, toWireOrder, writeAuthorization } from '../../packages/wire/src/index.ts'`,
  )

  expect(modules.filter((path) => /\/zod\/|\/src\/abi\//u.test(path))).toEqual([])
  expect(gzipBytes).toBeGreaterThan(1_000)
  expect(gzipBytes).toBeLessThan(12_000)
})

test('who makes orders loads at most 12 kB of rules, and no ABI', async () => {
  const { gzipBytes, modules } = await bundle(
    `export { decodeTag, encodeTag, formatRlc, hashOrder, orderTypedData, parseRlc, unionTags } from '../../packages/protocol/src/index.ts'`,
  )

  expect(modules.filter((path) => path.includes('/src/abi/'))).toEqual([])
  expect(gzipBytes).toBeGreaterThan(1_000)
  expect(gzipBytes).toBeLessThan(12_000)
})

// What is loaded only when something is refused, sent with a key, or reached without a wallet; and what is never loaded.
const LATER = /\/src\/abi\/errors\.ts|protocol\/src\/errors\/|chain\/src\/|viem\/_esm\/clients/u
const NEVER = /\/zod\/|\/abi\/\w*(?:hub|Registry)\.ts/u

test('who connects a wallet, makes, signs, publishes, matches and cancels orders loads at most 35 kB, and words of errors and senders only when they are needed', async () => {
  const { gzipBytes, firstGzipBytes, firstModules, modules } = await bundle(
    `export * from '../../packages/sdk/src/order/verbs.ts'
    export { connect } from '../../packages/sdk/src/index.ts'`,
  )

  expect(firstModules.filter((path) => LATER.test(path))).toEqual([])
  expect(modules.filter((path) => NEVER.test(path) && !path.includes('/abi/items/'))).toEqual([])
  expect(firstGzipBytes).toBeGreaterThan(1_000)
  expect(firstGzipBytes).toBeLessThan(35_000)
  expect(gzipBytes).toBeLessThan(85_000)
})

test('a page with the whole client loads runs, results, secrets and storage only when they are used, and zod never', async () => {
  const { modules, firstModules } = await bundle(`export { createIexec } from '../../packages/sdk/src/index.ts'`)

  expect(firstModules.filter((path) => LATER.test(path) || /sdk\/src\/(?:run|secret|storage)\//u.test(path))).toEqual(
    [],
  )
  expect(modules.filter((path) => /sdk\/src\/(?:run|secret|storage)\//u.test(path))).not.toEqual([])
  expect(modules.filter((path) => NEVER.test(path) && !path.includes('/abi/items/'))).toEqual([])
})
