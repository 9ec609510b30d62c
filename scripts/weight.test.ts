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
/** The part of vite that is needed here; it is vitest's, no package of ours. */
type Bundler = {
  readonly build: (options: {
    readonly configFile: false
    readonly logLevel: 'silent'
    readonly plugins: readonly Plugin[]
    readonly build: { readonly write: false; readonly minify: true; readonly lib: unknown }
  }) => Promise<
    readonly { readonly output: readonly { readonly code: string; readonly moduleIds: readonly string[] }[] }[]
  >
}

async function bundle(entry: string): Promise<{ readonly gzipBytes: number; readonly modules: readonly string[] }> {
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
  return {
    gzipBytes: gzipSync(chunks.map(({ code }) => code).join('')).length,
    modules: chunks.flatMap(({ moduleIds }) => moduleIds),
  }
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
