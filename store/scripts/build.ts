// Builds the package that owners of stores install: the commands in chunks, and the shell, so that nobody builds pages.
// The folder may be named; else it is `dist`.
import { chmodSync, cpSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import process from 'node:process'
import { OLDEST_NODE, bundle } from '@iexec/publish/bundle'
import manifest from '../package.json' with { type: 'json' }
import { findShell } from '../src/index.ts'

const room = join(import.meta.dirname, '..')
const dist = resolve(room, process.argv[2] ?? 'dist')
/** As deep as the sources are, which find the shell beside theirs. */
const CHUNKS = 'src/chunks'

await bundle({ room, dist, entries: { registry: 'src/registry.ts', store: 'src/store.ts' }, chunks: CHUNKS })
for (const program of ['registry', 'store']) chmodSync(join(dist, CHUNKS, `${program}.js`), 0o755)
const shell = await findShell()
cpSync(shell, join(dist, 'shell'), {
  recursive: true,
  // Of which sources it is, and what stands in which file, is for the house.
  filter: (path) => !['.sources', '.vite'].includes(basename(path)),
})
const published = {
  name: manifest.name,
  version: manifest.version,
  description: manifest.description,
  license: manifest.license,
  type: manifest.type,
  bin: { 'iexec-registry': `./${CHUNKS}/registry.js`, 'iexec-store': `./${CHUNKS}/store.js` },
  engines: { node: `>=${OLDEST_NODE}` },
  files: ['src', 'shell', 'THIRD-PARTY-LICENSES.txt'],
}
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(published, undefined, 2)}\n`)
console.log(`Built ${manifest.name} ${manifest.version} in ${dist}.`)
