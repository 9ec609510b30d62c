// What the owner of a machine decides, and what is decided for him.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { completeOptions, connect } from './options.ts'
import { listSockets } from './sockets.ts'

test('apps of a worker that is root are nobody, those of others are this user; root is refused', () => {
  const { user } = completeOptions({ label: 'me' })

  expect(user).toBe(process.getuid?.() === 0 ? '65534:65534' : `${process.getuid?.()}:${process.getgid?.()}`)
  expect(completeOptions({ label: 'me', user: '1000:1000' }).user).toBe('1000:1000')
  expect(() => completeOptions({ label: 'me', user: '0:0' })).toThrow('and "0:0" is none, such as 65534:65534.')
  expect(() => completeOptions({ label: 'me', user: 'nobody' })).toThrow(TypeError)
})

test.each([
  ['unix:///run/docker.sock', { socketPath: '/run/docker.sock', host: undefined }],
  ['tcp://10.0.0.1:2375', { host: '10.0.0.1', port: '2375', protocol: 'http' }],
  ['tcp://engine.example', { host: 'engine.example', port: '2375', protocol: 'http' }],
  ['https://engine.example:2376', { host: 'engine.example', port: '2376', protocol: 'https' }],
])('%s is where an engine listens', (host, expected) => {
  const { modem } = connect({ host })

  expect(modem).toMatchObject(expected)
})

test.each(['docker.sock', '/run/docker.sock', 'ftp://x', 'tcp://', ''])('%j is no address of an engine', (host) => {
  expect(() => connect({ host })).toThrow(`"${host}" is no address of a Docker Engine`)
})

function socketFound(): unknown {
  return (connect({}).modem as { readonly socketPath?: unknown }).socketPath
}

test("without a host, DOCKER_HOST decides, and else the first socket that is there: Docker's before those of a user", () => {
  const home = mkdtempSync(join(tmpdir(), 'engine-home-'))
  onTestFinished(() => {
    vi.unstubAllEnvs()
    rmSync(home, { recursive: true })
  })
  vi.stubEnv('HOME', home)
  vi.stubEnv('XDG_RUNTIME_DIR', join(home, 'run'))
  vi.stubEnv('DOCKER_HOST', undefined)
  const [ofMachine, desktop = '', podman = ''] = listSockets(home, process.env)

  const sockets = [podman, desktop].map((socket) => {
    mkdirSync(dirname(socket), { recursive: true })
    writeFileSync(socket, '')
    return socketFound()
  })
  vi.stubEnv('DOCKER_HOST', 'unix:///elsewhere.sock')

  expect(socketFound()).toBe('/elsewhere.sock')
  // A machine with an engine of its own has that one first.
  expect([
    [podman, desktop],
    [ofMachine, ofMachine],
  ]).toContainEqual(sockets)
})
