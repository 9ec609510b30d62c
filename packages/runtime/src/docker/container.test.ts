// Settings that no test with a real engine can see: those that only matter on other machines.
import { expect, test } from 'vitest'
import { newJob } from '../../test/runs.ts'
import { describeContainer, findForbiddenVolume } from './container.ts'
import { completeOptions } from './options.ts'

const folders = { input: '/in', output: '/out', legacy: '/old' }
const image = { id: 'sha256:12', volumes: [] }
const settings = completeOptions({ label: 'me', user: '65534:65534', network: 'apps' })
const app = { type: 'DOCKER', image: 'a', digest: `0x${'12'.repeat(32)}` } as const

test('memory has no swap beside it, and no more cpus are asked for than the engine has', () => {
  const job = newJob(app, { limits: { cpus: 8, memoryBytes: 1000 } })

  const { HostConfig } = describeContainer({ image, job, folders, settings, cpus: 2 })

  expect(HostConfig).toMatchObject({ Memory: 1000, MemorySwap: 1000, NanoCpus: 2e9 })
})

test('a network is given only where a job asks for it', () => {
  const closed = describeContainer({ image, job: newJob(app), folders, settings, cpus: 2 })
  const open = describeContainer({ image, job: newJob(app, { network: true }), folders, settings, cpus: 2 })

  expect(closed.HostConfig.NetworkMode).toBe('none')
  expect(open.HostConfig.NetworkMode).toBe('apps')
})

test.each([
  '/',
  '/iexec',
  '/iexec/',
  '/iexec_in/x',
  '//iexec_out',
  '/a/../iexec',
  'iexec',
  '/proc',
  '/dev/shm',
  '/sys',
])('an image may not declare the volume %s', (volume) => {
  const found = findForbiddenVolume(['/data', volume])

  expect(found).toBe(volume)
})

test.each(['/data', '/iexecution', '/var/iexec', '/tmp'])('an image may declare the volume %s', (volume) => {
  const found = findForbiddenVolume([volume])

  expect(found).toBeUndefined()
})
