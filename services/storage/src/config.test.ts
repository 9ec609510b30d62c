import { homedir } from 'node:os'
import { join } from 'node:path'
import { CommanderError } from 'commander'
import { expect, test } from 'vitest'
import { readConfig, storageCommand, type Config } from './config.ts'

function read(...args: readonly string[]): Config {
  const command = storageCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
  return readConfig(['--rpc', 'http://127.0.0.1:8545', '--hub', `0x${'11'.repeat(20)}`, ...args], command)
}

test('everything is in one folder unless told otherwise', () => {
  const folder = join(homedir(), '.iexec/storage')

  expect(read()).toMatchObject({
    blocks: { kind: 'folder', folder: join(folder, 'blocks') },
    spool: join(folder, 'spool'),
  })
  expect(read('--database', '/data')).toMatchObject({ blocks: { folder: '/data/blocks' }, spool: '/data/spool' })
  expect(read('--database', '/data/my.sqlite').spool).toBe('/data/spool')
  expect(read('--database', 'postgres://db/storage').spool).toBe(join(folder, 'spool'))
})

test('by default it listens on loopback, takes files of this machine alone, and keeps results for thirty days', () => {
  expect(read()).toMatchObject({
    host: '127.0.0.1',
    open: 'local',
    keepResultsMs: 30 * 86_400_000,
    peers: [],
    pools: [],
  })
})

test.each([
  ['/data/blocks', { kind: 'folder', folder: '/data/blocks' }],
  ['s3://results/blocks/', { kind: 's3', bucket: 'results', prefix: 'blocks/', endpoint: 'https://s3.amazonaws.com' }],
  ['s3://results', { kind: 's3', bucket: 'results', prefix: '' }],
  ['ipfs+http://127.0.0.1:5001', { kind: 'node', url: 'http://127.0.0.1:5001' }],
])('blocks may be in %s', (place, blocks) => {
  expect(read('--blocks', place).blocks).toMatchObject(blocks)
})

test.each([
  ['--blocks', 'ftp://here'],
  ['--blocks', 's3://'],
  ['--quota', '0'],
  ['--add-from', 'somebody'],
  ['--peer', 'here'],
  ['--pools', 'mine'],
  ['--tokens', '/not/there.json'],
])('%s %s is refused', (flag, value) => {
  expect(() => read(flag, value)).toThrow(CommanderError)
})

test('pools are named one by one, or with commas between them', () => {
  const [one, two, three] = ['22', '33', '44'].map((digits) => `0x${digits.repeat(20)}`)

  expect(read('--pools', `${one}, ${two}`, '--pools', `${three}`).pools).toEqual([one, two, three])
})

test('megabytes are millions of bytes', () => {
  expect(read('--quota', '7', '--max-upload', '3')).toMatchObject({ quotaBytes: 7_000_000, maxUploadBytes: 3_000_000 })
})
