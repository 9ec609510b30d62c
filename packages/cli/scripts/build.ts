// Builds the package that people install: the command in chunks, with all that it needs inside, and nothing else.
// The folder may be named; else it is `dist`.
import { chmodSync, copyFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild'
import manifest from '../package.json' with { type: 'json' }

const room = join(import.meta.dirname, '..')
const dist = resolve(room, process.argv[2] ?? 'dist')

rmSync(dist, { recursive: true, force: true })
const shared: BuildOptions = {
  absWorkingDir: room,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.13',
  minify: true,
  // Names in traces of reports.
  keepNames: true,
  legalComments: 'none',
}
const { metafile } = await build({
  ...shared,
  entryPoints: ['src/run.ts'],
  outdir: join(dist, 'chunks'),
  splitting: true,
  metafile: true,
  chunkNames: '[name]-[hash]',
  // What commander and others still ask for in the old way.
  banner: {
    js: "import{createRequire as __iexecRequire}from'node:module';const require=__iexecRequire(import.meta.url);",
  },
})
/** The first file shares no chunk with the others: whoever asks for the version waits for one file. */
const apart: Plugin = {
  name: 'apart',
  setup: (builder) => {
    builder.onResolve({ filter: /^\.\/run\.ts$/ }, () => ({ path: './chunks/run.js', external: true }))
  },
}
await build({ ...shared, entryPoints: { iexec: 'src/main.ts' }, outdir: dist, plugins: [apart] })
chmodSync(join(dist, 'iexec.js'), 0o755)
const published = {
  name: manifest.name,
  version: manifest.version,
  description: manifest.description,
  license: manifest.license,
  type: manifest.type,
  bin: { iexec: './iexec.js' },
  engines: { node: '>=22.13' },
  files: ['iexec.js', 'chunks', 'THIRD-PARTY-LICENSES.txt'],
}
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(published, undefined, 2)}\n`)
writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), licencesOf(metafile))
copyFileSync(join(room, 'README.md'), join(dist, 'README.md'))
copyFileSync(join(room, '../../LICENSE'), join(dist, 'LICENSE'))
console.log(`Built ${manifest.name} ${manifest.version} in ${dist}.`)

/** The licence of every package that went into the bundle: theirs ask to be passed on. */
function licencesOf({ inputs }: Metafile): string {
  const folders = Object.keys(inputs).flatMap(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/u.exec(path)?.[0] ?? [],
  )
  return [...new Set(folders)].toSorted().map(licenceOf).join('\n')
}

function licenceOf(folder: string): string {
  const path = join(room, folder)
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
    readonly [key: string]: unknown
  }
  const file = readdirSync(path).find((entry) => /^licen[cs]e/iu.test(entry))
  if (file === undefined && license === undefined) throw new Error(`${String(name)} has no licence.`)
  const text = file === undefined ? `Licensed under ${String(license)}.\n` : readFileSync(join(path, file), 'utf8')
  return `${'='.repeat(80)}\n${String(name)} ${String(version)} (${String(license)})\n\n${text}`
}
