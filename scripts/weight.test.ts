// What a browser loads of the packages made for it: a bundler drops what is not imported, and nothing heavy comes along.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { houseRoot } from './house.ts'

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
  const virtual = `${houseRoot}/scripts/entry.ts`
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

test('who signs, publishes and logs in loads at most 12 kB, and neither zod nor an ABI', async () => {
  const { gzipBytes, modules } = await bundle(
    `export { hashChallenge, toSignedOrder, toWireOrder, writeAuthorization } from '../packages/wire/src/index.ts'`,
  )

  expect(modules.filter((path) => /\/zod\/|\/src\/abi\//u.test(path))).toEqual([])
  expect(gzipBytes).toBeGreaterThan(1_000)
  expect(gzipBytes).toBeLessThan(12_000)
})

test('who makes orders loads at most 12 kB of rules, and no ABI', async () => {
  const { gzipBytes, modules } = await bundle(
    `export { decodeTag, encodeTag, formatRlc, hashOrder, orderTypedData, parseRlc, unionTags } from '../packages/protocol/src/index.ts'`,
  )

  expect(modules.filter((path) => path.includes('/src/abi/'))).toEqual([])
  expect(gzipBytes).toBeGreaterThan(1_000)
  expect(gzipBytes).toBeLessThan(12_000)
})

test('who makes, signs, publishes, matches and cancels orders loads at most 35 kB, and the words of errors only when there is one', async () => {
  const { gzipBytes, firstGzipBytes, firstModules } = await bundle(`export * from '../packages/sdk/src/order/verbs.ts'`)

  expect(
    firstModules.filter((path) => /\/zod\/|\/abi\/hub\.ts|\/errors\/matching\.ts|viem\/_esm\/clients/u.test(path)),
  ).toEqual([])
  expect(firstGzipBytes).toBeGreaterThan(1_000)
  expect(firstGzipBytes).toBeLessThan(35_000)
  expect(gzipBytes).toBeLessThan(55_000)
})
