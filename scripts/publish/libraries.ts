// Builds the libraries as they are published: what tsc emits, file by file, with a package.json of its own in `dist`.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { houseRoot } from '../house.ts'

/** The published libraries, each after those that it needs. */
export const LIBRARIES = ['protocol', 'wire', 'chain', 'sdk'] as const

const TSC = join(houseRoot, 'node_modules/typescript/bin/tsc')

type Manifest = {
  readonly name: string
  readonly version: string
  readonly description?: string
  readonly license: string
  readonly exports: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
}

/**
 * Builds one library, and returns the folder that is published.
 *
 * @throws Error when its types do not fit
 */
export function buildLibrary(library: (typeof LIBRARIES)[number]): string {
  const room = join(houseRoot, 'packages', library)
  const dist = join(room, 'dist')
  rmSync(dist, { recursive: true, force: true })
  const manifest = JSON.parse(readFileSync(join(room, 'package.json'), 'utf8')) as Manifest
  const config = join(room, 'tsconfig.publish.json')
  writeFileSync(config, JSON.stringify(configOf(manifest)))
  const { status } = spawnSync(process.execPath, [TSC, '-p', config], { cwd: room, stdio: 'inherit' })
  rmSync(config)
  if (status !== 0) throw new Error(`${library} cannot be built.`)
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(publishedOf(manifest), undefined, 2)}\n`)
  copyFileSync(join(houseRoot, 'LICENSE'), join(dist, 'LICENSE'))
  if (existsSync(join(room, 'README.md'))) copyFileSync(join(room, 'README.md'), join(dist, 'README.md'))
  return dist
}

/** Only what the exports need: tests stand beside the sources, and are nobody's to install. */
function configOf({ exports }: Manifest): unknown {
  return {
    extends: './tsconfig.json',
    compilerOptions: {
      noEmit: false,
      // The types were checked with the sources.
      noCheck: true,
      declaration: true,
      rewriteRelativeImportExtensions: true,
      outDir: 'dist',
      rootDir: 'src',
    },
    files: Object.values(exports).filter(isPublished),
    include: [],
  }
}

function publishedOf({ name, version, description, license, exports, dependencies = {} }: Manifest): unknown {
  const built = Object.entries(exports)
    .filter(([, source]) => isPublished(source))
    .map(([path, source]) => {
      const file = source.replace('./src/', './').replace(/\.ts$/u, '')
      return [path, { types: `${file}.d.ts`, default: `${file}.js` }] as const
    })
  const pinned = Object.entries(dependencies).map(([dependency, wanted]) => [
    dependency,
    wanted.startsWith('workspace:') ? version : wanted,
  ])
  return {
    name,
    version,
    ...(description === undefined ? {} : { description }),
    license,
    type: 'module',
    sideEffects: false,
    engines: { node: '>=22.13' },
    exports: Object.fromEntries(built),
    dependencies: Object.fromEntries(pinned),
  }
}

function isPublished(source: string): boolean {
  return source.startsWith('./src/')
}

if (import.meta.main) for (const library of LIBRARIES) console.log(`Built ${buildLibrary(library)}.`)
