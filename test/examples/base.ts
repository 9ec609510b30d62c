// Bases for the images of examples where no network is: programs of this machine, with all that they load, over busybox.
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ImageShop } from '../work/images.ts'

/** Files and folders of a base: the path in the image, and where its content lies on this machine. */
export type BaseParts = Readonly<Record<string, string>>

const DOCKERFILE = `
FROM busybox:1.37
COPY root /
RUN mkdir -m 1777 /tmp
ENV PATH=/usr/local/bin:/usr/bin:/bin
`

/** Both of ImageMagick's programs that the example calls, their modules and their settings, as Debian's package has them. */
export function imageMagickParts(): BaseParts {
  const programs = ['/usr/bin/convert', '/usr/bin/identify']
  const folders = globSync(['/usr/lib/*/ImageMagick-*', '/etc/ImageMagick-*', '/usr/share/ImageMagick-*'])
  return Object.fromEntries([...programs, ...folders].map((path) => [path, path]))
}

/**
 * Builds a base unless the engine has it, and returns its name for `--build-arg BASE=…`.
 *
 * @throws Error when a part is not on this machine
 * @example
 * const base = buildBase(shop, 'node', { '/usr/bin/node': process.execPath })
 */
export function buildBase({ docker, makeFolder }: ImageShop, name: string, parts: BaseParts): string {
  // Made by another test of the same engine.
  if (docker(['images', '--quiet', name]) !== '') return name
  const room = makeFolder()
  const root = join(room, 'root')
  const libraries = listLibraries(Object.values(parts)).map((path) => [path, path] as const)
  for (const [target, source] of [...Object.entries(parts), ...libraries]) {
    mkdirSync(dirname(join(root, target)), { recursive: true })
    cpSync(source, join(root, target), { recursive: true, dereference: true })
  }
  writeFileSync(join(room, 'Dockerfile'), DOCKERFILE)
  docker(['build', '--network', 'none', '--tag', name, room])
  return name
}

/** What the loader would load for these programs, and for all modules in these folders; the loader itself, too. */
function listLibraries(paths: readonly string[]): readonly string[] {
  const files = paths.flatMap((path) => (statSync(path).isFile() ? [path] : globSync(join(path, '**/*.so'))))
  const said = execFileSync('ldd', files, { encoding: 'utf8' })
  return [
    ...new Set([...said.matchAll(/(?:=> |^\s+)(?<path>\/\S+) \(0x/gmu)].map(({ groups }) => groups?.['path'] ?? '')),
  ]
}
