// A real registry of images (Debian's docker-registry) on a free port of loopback.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A registry that runs. */
export type TestRegistry = {
  /** `127.0.0.1:PORT`, as it stands before the name of an image. */
  readonly host: string
  readonly stop: () => Promise<void>
}

/** Who may push and pull. */
export type RegistryOptions = {
  /** One line as `htpasswd -B` writes it: `name:$2y$…`. Without it everybody may. */
  readonly htpasswd?: string
}

/**
 * Starts a registry.
 *
 * @throws Error when docker-registry is not installed or ends before it listens
 *
 * @example
 * const registry = await startRegistry()
 * await registry.stop()
 */
export async function startRegistry({ htpasswd }: RegistryOptions = {}): Promise<TestRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-registry-'))
  const passwords = join(folder, 'htpasswd')
  if (htpasswd !== undefined) writeFileSync(passwords, `${htpasswd}\n`)
  const config = join(folder, 'config.json')
  writeFileSync(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: 'info' },
      storage: { filesystem: { rootdirectory: join(folder, 'images') } },
      http: { addr: '127.0.0.1:0', secret: 'of this test' },
      ...(htpasswd === undefined ? {} : { auth: { htpasswd: { realm: 'test', path: passwords } } }),
    }),
  )
  const child = spawn('docker-registry', ['serve', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve()
    })
  })
  const host = await listening(child)
  return {
    host,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function listening(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    // Only the end is of interest, and a registry writes a line for each request.
    said = (said + text).slice(-4000)
    const host = /listening on (127\.0\.0\.1:\d+)/u.exec(said)?.[1]
    if (host !== undefined) resolve(host)
  })
  child.once('error', reject)
  child.once('close', (code) => {
    reject(new Error(`docker-registry ended (${code}) before it listened:\n${said}`))
  })
  return promise
}
