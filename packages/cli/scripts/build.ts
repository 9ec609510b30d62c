// Builds the package that people install: the command in chunks, with all that it needs inside, and nothing else.
// The folder may be named; else it is `dist`.
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { OLDEST_NODE, buildFirst, bundle } from '@iexec/publish/bundle'
import manifest from '../package.json' with { type: 'json' }

const room = join(import.meta.dirname, '..')
const dist = resolve(room, process.argv[2] ?? 'dist')

await bundle({ room, dist, entries: { run: 'src/run.ts' }, chunks: 'chunks' })
await buildFirst({
  room,
  from: 'src/main.ts',
  to: join(dist, 'iexec.js'),
  apart: { './run.ts': './chunks/run.js' },
})
const published = {
  name: manifest.name,
  version: manifest.version,
  description: manifest.description,
  license: manifest.license,
  type: manifest.type,
  bin: { iexec: './iexec.js' },
  engines: { node: `>=${OLDEST_NODE}` },
  files: ['iexec.js', 'chunks', 'THIRD-PARTY-LICENSES.txt'],
}
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(published, undefined, 2)}\n`)
console.log(`Built ${manifest.name} ${manifest.version} in ${dist}.`)
