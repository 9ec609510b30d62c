// Where container engines of this machine listen. Without a library, for whoever only looks whether there is one.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

/** The pipe of Docker Desktop on Windows. */
const PIPE = '//./pipe/docker_engine'

/**
 * Where engines of this machine listen: Docker, Docker Desktop, Podman of this user, Podman of root.
 *
 * @example
 * listSockets('/home/ada', {}) // ['/var/run/docker.sock', '/home/ada/.docker/run/docker.sock', …]
 */
export function listSockets(home: string, environment: NodeJS.ProcessEnv): readonly [string, ...string[]] {
  const ownRun = environment['XDG_RUNTIME_DIR'] ?? `/run/user/${process.getuid?.() ?? 0}`
  return [
    '/var/run/docker.sock',
    join(home, '.docker/run/docker.sock'),
    join(ownRun, 'podman/podman.sock'),
    '/run/podman/podman.sock',
  ]
}

/**
 * The first that is there; where none is, the usual one, which is told then.
 *
 * @example
 * findSocket(homedir(), process.env) // '/var/run/docker.sock'
 */
export function findSocket(home: string, environment: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return PIPE
  const sockets = listSockets(home, environment)
  return sockets.find((socket) => existsSync(socket)) ?? sockets[0]
}
