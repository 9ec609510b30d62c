// Builds a package that people install: its programs in chunks, with all that they need inside, and nothing else.
import { chmodSync, copyFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild'

/** The node that published programs need at least. */
export const OLDEST_NODE = '22.13'

/** What goes into a package. */
export type Bundle = {
  /** The folder of the package in the house; it has a README.md. */
  readonly room: string
  /** Where the package is made; what is there is removed before. */
  readonly dist: string
  /** Such as `{ run: 'src/run.ts' }`; each becomes a file of this name in `chunks`. */
  readonly entries: Readonly<Record<string, string>>
  /** Where the chunks are, below `dist`. */
  readonly chunks: string
}

/** How every program is built. */
export const SHARED: BuildOptions = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: `node${OLDEST_NODE}`,
  minify: true,
  // Names in traces of reports.
  keepNames: true,
  legalComments: 'none',
  // What some packages have for require finds its own files while it runs, out of the sight of whoever bundles.
  mainFields: ['module', 'main'],
}

/**
 * Builds the programs of a package into an empty folder, with the licences of everything in them, its README and ours.
 *
 * @throws Error when a package inside has no licence
 * @example
 * await bundle({ room, dist, entries: { store: 'src/store.ts' }, chunks: 'chunks' })
 */
export async function bundle({ room, dist, entries, chunks }: Bundle): Promise<void> {
  rmSync(dist, { recursive: true, force: true })
  const { metafile } = await build({
    ...SHARED,
    absWorkingDir: room,
    entryPoints: { ...entries },
    outdir: join(dist, chunks),
    splitting: true,
    metafile: true,
    chunkNames: '[name]-[hash]',
    // What commander and others still ask for in the old way.
    banner: {
      js: "import{createRequire as __iexecRequire}from'node:module';const require=__iexecRequire(import.meta.url);",
    },
  })
  writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), licencesOf(room, metafile))
  copyFileSync(join(room, 'README.md'), join(dist, 'README.md'))
  copyFileSync(join(import.meta.dirname, '../../LICENSE'), join(dist, 'LICENSE'))
}

/**
 * Builds the small first file of a program, which shares no chunk with the others: whoever asks for the version waits for one file.
 *
 * @param apart the import that stays one, and where it leads to in the package
 * @example
 * await buildFirst({ room, from: 'src/main.ts', to: join(dist, 'iexec.js'), apart: { './run.ts': './chunks/run.js' } })
 */
export async function buildFirst(first: {
  readonly room: string
  readonly from: string
  readonly to: string
  readonly apart: Readonly<Record<string, string>>
}): Promise<void> {
  const { room, from, to, apart } = first
  const plugin: Plugin = {
    name: 'apart',
    setup: (builder) => {
      builder.onResolve({ filter: /^\./ }, ({ path }) => {
        const there = apart[path]
        return there === undefined ? undefined : { path: there, external: true }
      })
    },
  }
  await build({ ...SHARED, absWorkingDir: room, entryPoints: [from], outfile: to, plugins: [plugin] })
  chmodSync(to, 0o755)
}

/** The licence of every package that went into the bundle: theirs ask to be passed on. */
function licencesOf(room: string, { inputs }: Metafile): string {
  const folders = Object.keys(inputs).flatMap(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/u.exec(path)?.[0] ?? [],
  )
  return [...new Set(folders)]
    .toSorted()
    .map((folder) => licenceOf(join(room, folder)))
    .join('\n')
}

function licenceOf(path: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
    readonly [key: string]: unknown
  }
  const file = readdirSync(path).find((entry) => /^licen[cs]e/iu.test(entry))
  if (file === undefined && license === undefined) throw new Error(`${String(name)} has no licence.`)
  const text = file === undefined ? `Licensed under ${String(license)}.\n` : readFileSync(join(path, file), 'utf8')
  return `${'='.repeat(80)}\n${String(name)} ${String(version)} (${String(license)})\n\n${text}`
}
