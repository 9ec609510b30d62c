// Images of services, built by the docker command from their Dockerfile on a base of Debian's packages, and containers of them.
import { execFile, execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import type { TestEngineAddress } from '@iexec/runtime/test/engine'
import { ROOT, type ServiceName } from './compose.ts'

/** A workshop with an engine. */
export type ImageShop = {
  /** Calls the docker command, and returns what it printed on both sides; throws with that when it fails. */
  readonly docker: (...args: readonly string[]) => Promise<string>
  readonly clear: () => void
}

const BASE = 'debian-node:local'

/**
 * Opens a workshop with an image `iexec-<service>:local`, built as people build it, but for its base.
 *
 * The engine of tests has no network, and a registry takes its time: what `npx pnpm install` would bring is installed outside, by
 * the very words of the Dockerfile, from what this clone has installed already; it stands in the base, whose npx only looks whether it
 * is called by these words.
 *
 * @example
 * const shop = await openServiceShop(engine, 'keeper')
 */
export async function openServiceShop({ host, busybox }: TestEngineAddress, service: ServiceName): Promise<ImageShop> {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-service-image-'))
  // The classic builder needs nothing beside the engine.
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: '0', DOCKER_CONFIG: join(folder, 'config') }
  const docker = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await promisify(execFile)('docker', args, { cwd: ROOT, env, maxBuffer: 2 ** 26 })
    return stdout + stderr
  }
  const clear = (): void => {
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const root = join(folder, 'root')
    layBase(root, busybox)
    const words = installWords(service)
    writeFileSync(join(root, 'usr/local/bin/npx'), `#!/bin/sh\n[ "$*" = '${words.join(' ')}' ]\n`, { mode: 0o755 })
    const installed = installApart(folder, service, words)
    const tar = packBase(folder, root, installed)
    await docker('import', '--change', 'ENV PATH=/usr/local/bin:/bin HOME=/root', tar, BASE)
    const args = [`BASE=${BASE}`, `SERVICE=${service}`].flatMap((one) => ['--build-arg', one])
    await docker(
      'build',
      '--network',
      'none',
      '-f',
      'services/Dockerfile',
      ...args,
      '-t',
      `iexec-${service}:local`,
      '.',
    )
    return { docker, clear }
  } catch (error) {
    clear()
    throw error
  }
}

/** The words of the Dockerfile that install a service. */
function installWords(service: ServiceName): readonly string[] {
  const dockerfile = readFileSync(join(ROOT, 'services/Dockerfile'), 'utf8')
  const line = /^RUN npx (?<words>.+?)(?: \\)?$/mu.exec(dockerfile)?.groups?.['words']
  if (line === undefined) throw new Error('services/Dockerfile has no line that begins with RUN npx.')
  return line.replaceAll('"', '').replaceAll('${SERVICE}', service).split(' ')
}

/** Node, a shell, and the libraries that both need, as Debian's packages of this machine have them. */
function layBase(root: string, busybox: string): void {
  for (const folder of ['bin', 'usr/bin', 'usr/local/bin', 'etc', 'tmp', 'root']) {
    mkdirSync(join(root, folder), { recursive: true })
  }
  copyFileSync(busybox, join(root, 'bin/busybox'))
  for (const name of execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n')) {
    if (name !== 'busybox') symlinkSync('busybox', join(root, 'bin', name))
  }
  symlinkSync('/bin/env', join(root, 'usr/bin/env'))
  // The node of this clone, which runs these tests.
  copyFileSync(process.execPath, join(root, 'usr/local/bin/node'))
  const libraries = execFileSync('ldd', [process.execPath], { encoding: 'utf8' }).matchAll(/(?<path>\/\S+)/gu)
  for (const { groups } of libraries) {
    const path = groups?.['path'] ?? ''
    mkdirSync(join(root, dirname(path)), { recursive: true })
    copyFileSync(path, join(root, path))
  }
}

/** Installs a service as the Dockerfile does, but outside of the engine, and returns where. */
function installApart(folder: string, service: ServiceName, words: readonly string[]): string {
  const installed = join(folder, 'installed')
  mkdirSync(join(installed, 'services'), { recursive: true })
  const sources = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'packages', `services/${service}`]
  for (const name of sources) {
    cpSync(join(ROOT, name), join(installed, name), { recursive: true, filter: isSource })
  }
  // Not into the store that the Dockerfile names: from the one of this machine.
  const own = words.filter((word, index) => word !== '--store-dir' && words[index - 1] !== '--store-dir')
  execFileSync('npx', [...own, '--offline'], { cwd: installed, stdio: 'pipe' })
  return installed
}

function isSource(path: string): boolean {
  return !path.endsWith('/node_modules')
}

/** The base, with the installed packages where the Dockerfile puts them, and without the sources, which it copies itself. */
function packBase(folder: string, root: string, installed: string): string {
  const file = join(folder, 'base.tar')
  execFileSync('tar', ['-cf', file, '-C', root, '.'])
  const add = 'find . -name node_modules -prune -print0 | tar -rf "$1" --null -T - --transform \'s,^\\./,app/,S\''
  execFileSync('sh', ['-c', add, 'sh', file], { cwd: installed })
  return file
}
