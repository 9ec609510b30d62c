// Apps as their makers write them: a Dockerfile and a script each, built by the docker command, and pushed to a registry.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestEngineAddress } from '@iexec/runtime/test/engine'

/** The base of all, by the name that it has in public: here no network is, and it is made of this machine's busybox. */
const BASE_NAME = 'busybox:1.37'
const BASE = `
FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
ENV PATH=/bin
`

/** An app: its program, and how its image is made. */
export type AppFiles = { readonly script: string; readonly dockerfile: string }

const GUIDE = join(import.meta.dirname, '../../docs/build-an-app.md')

/**
 * The app that the guide for builders shows: an app of today, which says what the file holds that decides.
 *
 * @example
 * openImageShop(engine).publish('shout:1.0.0', appOfGuide())
 */
export function appOfGuide(): AppFiles {
  const guide = readFileSync(GUIDE, 'utf8')
  const blockOf = (language: string): string => {
    const block = new RegExp(`^\`\`\`${language}\n(?<code>.*?)^\`\`\``, 'msu').exec(guide)?.groups?.['code']
    if (block === undefined) throw new Error(`${GUIDE} shows nothing in ${language}.`)
    return block
  }
  return { script: blockOf('shell'), dockerfile: blockOf('dockerfile') }
}

function appOf(script: string): AppFiles {
  return { script, dockerfile: `FROM ${BASE_NAME}\nCOPY app.sh /app.sh\nENTRYPOINT ["/bin/sh", "/app.sh"]\n` }
}

/** An app of 2018: reads and writes /iexec, and knows nothing else. */
export const COUNT_OF_2018: AppFiles = appOf(`
set -eu
cd /iexec
echo "counting"
wc -w < words.txt | tr -d ' ' > count.txt
date > when.txt
cp count.txt consensus.iexec
`)

/** An app that ends badly, and says why. */
export const BROKEN: AppFiles = appOf(`
echo "looking for $1" >&2
echo "there is no $1 here" >&2
exit 3
`)

/** A workshop with an engine of its own. */
export type ImageShop = {
  /** Builds an image and pushes it, and returns its reference. */
  readonly publish: (name: string, app: AppFiles) => string
  /** Calls the docker command, and returns what it printed. */
  readonly docker: (args: readonly string[]) => string
  /** A new folder that the engine can mount. */
  readonly makeFolder: () => string
  readonly clear: () => void
}

/**
 * Opens a workshop, with a base image.
 *
 * @example
 * const image = openImageShop(engine).publish('shout:1.0.0', appOfGuide())
 */
export function openImageShop({ host, registry, busybox }: TestEngineAddress): ImageShop {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-images-'))
  // The classic builder needs nothing beside the engine.
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: '0', DOCKER_CONFIG: join(folder, 'config') }
  const docker = (args: readonly string[], cwd: string): string =>
    execFileSync('docker', args, { cwd, env, encoding: 'utf8', stdio: 'pipe' })
  const makeFolder = (): string => mkdtempSync(join(folder, 'room-'))
  const base = join(folder, 'base')
  mkdirSync(base)
  copyFileSync(busybox, join(base, 'busybox'))
  writeFileSync(join(base, 'Dockerfile'), BASE)
  docker(['build', '--network', 'none', '--tag', BASE_NAME, '.'], base)
  return {
    publish: (name, { script, dockerfile }) => {
      const image = `${registry}/shop/${name}`
      const room = makeFolder()
      writeFileSync(join(room, 'app.sh'), script)
      writeFileSync(join(room, 'Dockerfile'), dockerfile)
      docker(['build', '--network', 'none', '--tag', image, '.'], room)
      docker(['push', image], room)
      return image
    },
    docker: (args) => docker(args, folder),
    makeFolder,
    clear: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
