// What the SDK weighs in a browser: each limit, and how it is measured. `pnpm --filter @iexec/publish size` prints the weights.
import { resolve } from 'node:path'

/** What esbuild says of one file that it wrote. */
type Output = {
  readonly entryPoint?: string
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[]
}
type Question = { readonly kind: string; readonly path: string }
type Build = {
  readonly onResolve: (
    to: { readonly filter: RegExp },
    answer: (question: Question) => { readonly path: string; readonly external: true } | undefined,
  ) => void
  readonly onEnd: (then: (result: { readonly metafile: { readonly outputs: Record<string, Output> } }) => void) => void
}
/** The part of esbuild's options that is needed here. */
type Config = {
  readonly entryPoints: readonly string[]
  readonly format?: 'esm'
  readonly splitting?: boolean
  readonly plugins?: readonly { readonly name: string; readonly setup: (build: Build) => void }[]
}
type Check = {
  readonly name: string
  readonly path: string
  readonly import: string
  readonly ignore?: readonly string[]
  readonly gzip: true
  readonly limit: string
  readonly modifyEsbuildConfig: (config: Config) => Config
}

const SDK = '../../packages/sdk/src/index.ts'
const NOT_OURS = ['viem', 'viem/*', 'fflate']

/** From nothing to a deal, through the wallet of a browser. */
const ORDER_MODULE = [
  'connect',
  'createAppOrder',
  'createDatasetOrder',
  'createWorkerpoolOrder',
  'createRequestOrder',
  'hashOrder',
  'signOrder',
  'publishOrder',
  'matchOrders',
]

/** As a page imports it: modules, of which a bundler drops what is not used. */
function inOneFile(config: Config): Config {
  return { ...config, format: 'esm' }
}

/** Without what is imported only when it is needed. */
function withoutLater(config: Config): Config {
  return { ...inOneFile(config), plugins: [{ name: 'without later', setup: leaveOutLater }] }
}

function leaveOutLater(build: Build): void {
  build.onResolve({ filter: /./ }, ({ kind, path }) =>
    kind === 'dynamic-import' ? { path, external: true } : undefined,
  )
}

/** The files that a page loads before anything is done, as a bundler splits them: with what they share with later ones. */
function firstFiles(config: Config): Config {
  const setup = (build: Build): void => {
    build.onEnd(({ metafile: { outputs } }) => {
      const first = listFirst(outputs, resolve(config.entryPoints[0] ?? ''))
      // What is left here is what is weighed.
      for (const path of Object.keys(outputs)) if (!first.has(path)) Reflect.deleteProperty(outputs, path)
    })
  }
  return { ...inOneFile(config), splitting: true, plugins: [{ name: 'first files', setup }] }
}

/** The file of the entry, and all that it imports, at once or through others. */
function listFirst(outputs: Readonly<Record<string, Output>>, entry: string): ReadonlySet<string> {
  const first = new Set(Object.keys(outputs).filter((path) => resolve(outputs[path]?.entryPoint ?? '') === entry))
  // A set is walked to its end, also through what is added meanwhile.
  for (const path of first) {
    for (const { kind, external, path: imported } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) first.add(imported)
    }
  }
  return first
}

const config: readonly Check[] = [
  {
    name: 'everything in one file, with viem',
    path: SDK,
    import: '*',
    gzip: true,
    limit: '130 kB',
    modifyEsbuildConfig: inOneFile,
  },
  {
    // More than 40 kB: why is in docs/decisions/0004.
    name: 'everything in one file, ours alone',
    path: SDK,
    import: '*',
    ignore: NOT_OURS,
    gzip: true,
    limit: '88 kB',
    modifyEsbuildConfig: inOneFile,
  },
  {
    name: 'what a page with createIexec loads at first, ours alone',
    path: SDK,
    import: '{ createIexec }',
    ignore: NOT_OURS,
    gzip: true,
    limit: '40 kB',
    modifyEsbuildConfig: firstFiles,
  },
  {
    name: 'the order module with the wallet of a browser, with viem',
    path: SDK,
    import: `{ ${ORDER_MODULE.join(', ')} }`,
    gzip: true,
    limit: '35 kB',
    modifyEsbuildConfig: withoutLater,
  },
]

export default config
