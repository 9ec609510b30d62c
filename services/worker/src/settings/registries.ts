// Logins of private registries, from the file in which `docker login` keeps them.
import { readFileSync, statSync } from 'node:fs'
import process from 'node:process'
import type { RegistryLogin } from '@iexec/runtime'
import { sayWhy } from '@iexec/service'
import { z } from 'zod'

const configFile = z.object({
  auths: z
    .record(z.string(), z.object({ auth: z.string().optional(), identitytoken: z.string().optional() }))
    .default({}),
})

/** The name under which Docker keeps the login of its own registry. */
const HUB = /^https?:\/\/index\.docker\.io\/v1\/?$/u

/**
 * Reads logins by the hosts of their registries. Those that Docker keeps elsewhere, in a credential helper, are not in the file.
 *
 * @throws Error in one sentence, without anything of the file
 * @example
 * readRegistries('/etc/worker/docker.json') // { 'ghcr.io': { username: 'me', password: '…' } }
 */
export function readRegistries(path: string | undefined): Readonly<Record<string, RegistryLogin>> {
  if (path === undefined) return {}
  const { auths } = readConfig(path)
  const entries = Object.entries(auths).flatMap(([name, { auth, identitytoken }]) => {
    const login = loginOf(auth, identitytoken)
    return login === undefined ? [] : [[hostOf(name), login] as const]
  })
  return Object.fromEntries(entries)
}

function readConfig(path: string): z.infer<typeof configFile> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
    const mode = statSync(path).mode & 0o777
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new Error(`it may be read by others than its owner (mode ${mode.toString(8)}): chmod 600 mends it`)
    }
  } catch (cause) {
    throw new Error(`The logins of registries in ${path} cannot be used: ${sayWhy(cause)}.`, { cause })
  }
  try {
    return configFile.parse(JSON.parse(text))
  } catch {
    throw new Error(`${path} is no file of docker login: it has no "auths".`)
  }
}

function hostOf(name: string): string {
  if (HUB.test(name)) return 'docker.io'
  return name.replace(/^https?:\/\//u, '').replace(/\/.*$/u, '')
}

function loginOf(auth: string | undefined, identityToken: string | undefined): RegistryLogin | undefined {
  if (identityToken !== undefined && identityToken !== '') return { identityToken }
  const [username, ...rest] = Buffer.from(auth ?? '', 'base64')
    .toString()
    .split(':')
  const password = rest.join(':')
  return username === undefined || username === '' || password === '' ? undefined : { username, password }
}
