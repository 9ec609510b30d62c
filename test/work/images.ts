// Apps as their makers write them: a Dockerfile and a script each, built by the docker command, and pushed to a registry.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestEngineAddress } from '@iexec/runtime/test/engine'

/** What all of them are made of: a shell and its commands, in a place where no network is. */
const BASE = `
FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
ENV PATH=/bin
`

const DOCKERFILE = `
FROM BASE
COPY app.sh /app.sh
ENTRYPOINT ["/bin/sh", "/app.sh"]
`

/** An app of today: says what the file holds that decides. */
export const SHOUT = `
set -eu
echo "shouting for task $IEXEC_TASK_INDEX"
echo "$1" | tr a-z A-Z > "$IEXEC_OUT/result.txt"
date > "$IEXEC_OUT/when.txt"
printf '{ "deterministic-output-path": "%s/result.txt" }' "$IEXEC_OUT" > "$IEXEC_OUT/computed.json"
`

/** An app of 2018: reads and writes /iexec, and knows nothing else. */
export const COUNT_OF_2018 = `
set -eu
cd /iexec
echo "counting"
wc -w < words.txt | tr -d ' ' > count.txt
date > when.txt
cp count.txt consensus.iexec
`

/** An app that ends badly, and says why. */
export const BROKEN = `
echo "looking for $1" >&2
echo "there is no $1 here" >&2
exit 3
`

/** A workshop with an engine of its own. */
export type ImageShop = {
  /** Builds an image and pushes it, and returns its reference. */
  readonly publish: (name: string, script: string) => string
  readonly clear: () => void
}

/**
 * Opens a workshop, with a base image.
 *
 * @example
 * const image = openImageShop(engine).publish('shout:1.0.0', SHOUT)
 */
export function openImageShop({ host, registry, busybox }: TestEngineAddress): ImageShop {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-images-'))
  // The classic builder needs nothing beside the engine.
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: '0', DOCKER_CONFIG: join(folder, 'config') }
  const docker = (args: readonly string[], cwd: string): void => {
    execFileSync('docker', args, { cwd, env, stdio: 'pipe' })
  }
  const base = join(folder, 'base')
  mkdirSync(base)
  copyFileSync(busybox, join(base, 'busybox'))
  writeFileSync(join(base, 'Dockerfile'), BASE)
  docker(['build', '--network', 'none', '-t', 'base', '.'], base)
  return {
    publish: (name, script) => {
      const image = `${registry}/shop/${name}`
      const room = mkdtempSync(join(folder, 'app-'))
      writeFileSync(join(room, 'app.sh'), script)
      writeFileSync(join(room, 'Dockerfile'), DOCKERFILE.replace('BASE', 'base'))
      docker(['build', '--network', 'none', '-t', image, '.'], room)
      docker(['push', image], room)
      return image
    },
    clear: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
