// The container engine: asked for its version over its own HTTP API, on a socket or a port.
import { request, type RequestOptions } from 'node:http'
import { homedir } from 'node:os'
import { findSocket } from '@iexec/runtime/sockets'
import { broken, note, ok, PATIENCE_MS, type Finding } from './check.ts'

const WITHOUT =
  'Buying and selling needs none, and WASM programs run without one; images run where Docker or Podman is.'

/**
 * Looks for a container engine where workers find theirs: at DOCKER_HOST, else at the first socket of this machine that is there.
 *
 * @param environment of this process
 */
export async function checkEngine(environment: NodeJS.ProcessEnv): Promise<Finding> {
  const told = environment['DOCKER_HOST'] ?? ''
  const host = told === '' ? `unix://${findSocket(homedir(), environment)}` : told
  const options = optionsOf(host, environment)
  // It may have a password.
  const place = host.replace(/\/\/[^/]*@/u, '//')
  if (options === undefined) return note(`DOCKER_HOST is ${place}, which is not looked at from here.`, WITHOUT)
  try {
    return ok(`${await askVersion(options)} at ${place}`)
  } catch (error) {
    return tellAbsence({ told, place, error: error as NodeJS.ErrnoException })
  }
}

type Absence = { readonly told: string; readonly place: string; readonly error: NodeJS.ErrnoException }

/**
 * Why no engine answers at a place, and what to do.
 *
 * @param absence `told` is DOCKER_HOST; empty when nobody set it
 */
export function tellAbsence({ told, place, error: { name, code, message } }: Absence): Finding {
  if (code === 'EACCES' || code === 'EPERM') {
    return broken(
      `An engine is at ${place}, and this user may not use it (${code}).`,
      'Join its group, usually by sudo usermod -aG docker "$USER" and a new login; or point DOCKER_HOST at an engine of your own.',
    )
  }
  if (told === '') return note(`none at ${place}.`, WITHOUT)
  const why = name === 'AbortError' ? `not within ${PATIENCE_MS / 1000} s` : (code ?? message)
  return broken(
    `DOCKER_HOST is ${place}, and no engine answers there: ${why}.`,
    'Start the engine, or unset DOCKER_HOST.',
  )
}

/** How a place is asked; undefined for what only certificates or another program open. */
function optionsOf(place: string, environment: NodeJS.ProcessEnv): RequestOptions | undefined {
  if (place.startsWith('unix://')) return { socketPath: place.slice('unix://'.length) }
  if (!/^(?:tcp|http):\/\//u.test(place) || !URL.canParse(place)) return undefined
  const { hostname, port } = new URL(place.replace(/^tcp:/u, 'http:'))
  if (port === '2376' || environment['DOCKER_TLS_VERIFY'] === '1') return undefined
  return { hostname, port: port === '' ? 2375 : Number(port) }
}

async function askVersion(options: RequestOptions): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const asked = request({ ...options, path: '/version', signal: AbortSignal.timeout(PATIENCE_MS) }, (answer) => {
    let text = ''
    answer.on('error', reject)
    answer.setEncoding('utf8').on('data', (part: string) => {
      text += part
      // An engine says a page; whoever says more is none.
      if (text.length > 65_536) answer.destroy(new Error('it is no container engine'))
    })
    answer.once('end', () => {
      const version = versionIn(text)
      if (version === undefined) reject(new Error('it is no container engine'))
      else resolve(version)
    })
  })
  asked.on('error', reject)
  asked.end()
  return promise
}

function versionIn(text: string): string | undefined {
  try {
    const answer = JSON.parse(text) as { readonly Version?: unknown; readonly Platform?: { readonly Name?: unknown } }
    if (typeof answer.Version !== 'string') return undefined
    const name =
      typeof answer.Platform?.Name === 'string' && answer.Platform.Name !== '' ? answer.Platform.Name : 'Engine'
    return `${name} ${answer.Version}`
  } catch {
    return undefined
  }
}
