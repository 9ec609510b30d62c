// What the owner of a machine decides, and what is decided for him.
import { expect, test } from 'vitest'
import { completeOptions, connect } from './options.ts'

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
