// The shell: the static files of the site, the same for everybody. A published package has it; in a clone it is built when needed.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { fingerprintOf } from './fingerprint.ts'

/** The root of the clone, when this is one. */
const CLONE = join(import.meta.dirname, '../../..')
/** Where a published package has the shell. */
const PUBLISHED = join(import.meta.dirname, '../../shell')

/** What the shell is made of. */
const SOURCES = [
  'web/src',
  'web/public',
  'web/index.html',
  'web/vite.config.ts',
  'web/package.json',
  'packages/protocol/src',
  'packages/wire/src',
  'packages/sdk/src',
  'pnpm-lock.yaml',
]

/** A place where a shell is built. */
export type Workshop = {
  /** Holds `web`. */
  readonly root: string
  /** From which files and folders, below it. */
  readonly sources: readonly string[]
}

/**
 * The folder of the shell. In a clone it is built when there is none, or when its sources have changed since; that takes seconds.
 *
 * @throws Error with what the build said when it fails
 * @example
 * const folder = await findShell() // '/home/ada/iexec/web/dist'
 */
export async function findShell(): Promise<string> {
  if (existsSync(join(PUBLISHED, 'index.html'))) return PUBLISHED
  return buildWhenStale({ root: CLONE, sources: SOURCES })
}

/** Between two looks whether another build is over. */
const LOOK_MS = 100

/** Builds the shell unless it is of these sources already. Whoever builds at the same time is waited for, and not repeated. */
export async function buildWhenStale(workshop: Workshop): Promise<string> {
  const { root } = workshop
  const dist = join(root, 'web/dist')
  while (!isFresh(workshop)) {
    const letGo = await tryToHold(dist)
    if (letGo === undefined) {
      await sleep(LOOK_MS)
      continue
    }
    try {
      if (!isFresh(workshop)) await build(workshop, dist)
      return dist
    } finally {
      letGo()
    }
  }
  return dist
}

/** Beside the shell: it says of which sources it is. */
const STAMP = '.sources'

function isFresh({ root, sources }: Workshop): boolean {
  try {
    return readFileSync(join(root, 'web/dist', STAMP), 'utf8') === fingerprintOf(root, sources)
  } catch {
    return false
  }
}

/** @returns how to let go; undefined while another process builds */
async function tryToHold(dist: string): Promise<(() => void) | undefined> {
  // It loads much: only who builds needs it.
  const { FileIsHeld, holdFile } = await import('@iexec/service')
  mkdirSync(cacheBeside(dist), { recursive: true })
  try {
    return holdFile({ engine: 'sqlite', file: join(cacheBeside(dist), 'shell') })
  } catch (error) {
    if (error instanceof FileIsHeld) return undefined
    throw error
  }
}

/** Not in the folder that is replaced, on the same disk, and among what git leaves alone. */
function cacheBeside(dist: string): string {
  return join(dist, '../node_modules/.cache')
}

/** Of builders that were killed. */
const LEFT = /^shell\.\d+\.(?:part|old)$/u

async function build({ root, sources }: Workshop, dist: string): Promise<void> {
  // What is changed while it is built belongs to the next build.
  const fingerprint = fingerprintOf(root, sources)
  const cache = cacheBeside(dist)
  for (const left of readdirSync(cache).filter((name) => LEFT.test(name))) {
    rmSync(join(cache, left), { recursive: true, force: true })
  }
  const [part, old] = [join(cache, `shell.${process.pid}.part`), join(cache, `shell.${process.pid}.old`)]
  await runVite(join(root, 'web'), part)
  writeFileSync(join(part, STAMP), fingerprint)
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(part, dist)
  rmSync(old, { recursive: true, force: true })
}

async function runVite(web: string, out: string): Promise<void> {
  const vite = join(web, 'node_modules/vite/bin/vite.js')
  const words = [vite, 'build', '--outDir', out, '--emptyOutDir', '--logLevel', 'warn']
  const running = promisify(execFile)(process.execPath, words, {
    cwd: web,
    // React is built for those who use it, whatever runs this.
    env: { ...process.env, NODE_ENV: 'production' },
    maxBuffer: 64 * 1024 * 1024,
  })
  // Whoever ends early needs no shell any more.
  const end = (): void => {
    running.child.kill('SIGKILL')
  }
  process.once('exit', end)
  try {
    await running
  } catch (cause) {
    const { stderr = '', message } = cause as { readonly stderr?: string; readonly message: string }
    throw new Error(`The pages of the site cannot be built: ${stderr.trim() || message}`, { cause })
  } finally {
    process.off('exit', end)
  }
}
