// iexec dataset: from a file to something that is sold per use.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decryptDataset } from '@iexec/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deskOf, type OwnDesk } from '../desk.ts'
import { addressOf, startHouse, type House } from '../house.ts'

const HASH = /^0x[0-9a-f]{64}$/u

let house: House
beforeAll(async () => {
  house = await startHouse()
})
afterAll(async () => {
  await house.stop()
})

function filesOf({ folder }: OwnDesk, name: string): string {
  return join(folder, name)
}

test('a file is encrypted under a key of its own, deployed, put up for sale and taken back', async () => {
  const desk = deskOf(1, house.chain)
  const content = Buffer.alloc(300_000, 'weather ')
  const template = await desk.raw(['dataset', 'init', '--encrypted'])
  writeFileSync(filesOf(desk, 'datasets/original/weather.csv'), content)

  const encrypted = await desk.raw(['dataset', 'encrypt'])
  const [file] = encrypted['encryptedFiles'] as readonly [Record<'original' | 'encrypted' | 'key' | 'checksum', string>]
  const [ciphertext, key] = [readFileSync(file.encrypted), readFileSync(file.key, 'utf8')]
  desk.write('iexec.json', {
    dataset: { ...(template['dataset'] as object), price: '3 nRLC', checksum: file.checksum },
  })
  const { address, ...deployed } = await desk.raw(['dataset', 'deploy'])
  const published = await desk.raw(['dataset', 'publish', '--app-restrict', addressOf(9), '--force'])
  const unpublished = await desk.raw(['dataset', 'unpublish', '--force'])

  expect(encrypted).toEqual({
    ok: true,
    encryptedDatasetFolderPath: filesOf(desk, 'datasets/encrypted'),
    secretPath: filesOf(desk, '.secrets/datasets'),
    encryptedFiles: [
      {
        original: filesOf(desk, 'datasets/original/weather.csv'),
        encrypted: filesOf(desk, 'datasets/encrypted/weather.csv.enc'),
        key: filesOf(desk, '.secrets/datasets/weather.csv.key'),
        checksum: `0x${createHash('sha256').update(ciphertext).digest('hex')}`,
      },
    ],
  })
  expect(Buffer.from(await decryptDataset(ciphertext, key)).equals(content)).toBe(true)
  expect(statSync(file.key).mode & 0o777).toBe(0o600)
  expect(readFileSync(filesOf(desk, '.secrets/datasets/dataset.key'), 'utf8')).toBe(key)
  expect(deployed).toEqual({ ok: true, txHash: expect.stringMatching(HASH) })
  expect(published).toEqual({ ok: true, orderHash: expect.stringMatching(HASH) })
  expect(unpublished).toEqual({ ok: true, unpublished: published['orderHash'] })
  expect(await desk.raw(['dataset', 'show'])).toEqual({
    ok: true,
    address,
    dataset: {
      owner: addressOf(1),
      datasetName: 'my-dataset',
      datasetMultiaddr: '/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ',
      datasetChecksum: file.checksum,
      registry: expect.stringMatching(/^0x/u),
    },
  })
})

// In the order of docs/sell-a-dataset.md.
test('whoever has described a dataset already gets the folders for encryption, and his description stays', async () => {
  const desk = deskOf(1, house.chain)
  const dataset = { name: 'weather', multiaddr: 'weather.csv' }
  desk.write('iexec.json', { dataset })

  const said = await desk.iexec(['dataset', 'init', '--encrypted'])
  const raw = await desk.raw(['dataset', 'init', '--encrypted'])
  const kept = desk.read('iexec.json')
  writeFileSync(filesOf(desk, 'datasets/original/weather.csv'), 'cold')
  const encrypted = await desk.iexec(['dataset', 'encrypt'])
  const forced = await desk.raw(['dataset', 'init', '--encrypted', '--force'])

  expect(said).toMatchObject({ exitCode: 0, out: expect.stringContaining('is as it was') as string })
  expect(raw).toEqual({ ok: true, dataset })
  expect(kept).toEqual({ dataset })
  expect(encrypted.exitCode).toBe(0)
  expect(forced).toMatchObject({ dataset: { name: 'my-dataset' } })
})

test('a key that is there is not replaced unasked, and nothing is half encrypted', async () => {
  const desk = deskOf(1, house.chain)
  await desk.raw(['dataset', 'init', '--tee'])
  writeFileSync(filesOf(desk, 'datasets/original/a'), 'one')
  await desk.raw(['dataset', 'encrypt'])
  const key = readFileSync(filesOf(desk, '.secrets/datasets/a.key'), 'utf8')

  const asked = await desk.iexec(['dataset', 'encrypt'])
  mkdirSync(filesOf(desk, 'datasets/original/folder'))
  const folder = await desk.iexec(['dataset', 'encrypt', '--force'])

  expect(asked.exitCode).toBe(1)
  expect(asked.errors).toContain('There are keys of a already')
  expect(folder.errors).toContain('is no file, and a dataset is one')
  expect(readFileSync(filesOf(desk, '.secrets/datasets/a.key'), 'utf8')).toBe(key)
  expect(readdirSync(filesOf(desk, 'datasets/encrypted'))).toEqual(['a.enc'])
})

test('a file whose key would have the name of the last key is refused, and nothing is encrypted', async () => {
  const desk = deskOf(1, house.chain)
  await desk.raw(['dataset', 'init', '--tee'])
  for (const name of ['dataset', 'zzz']) writeFileSync(filesOf(desk, `datasets/original/${name}`), name)

  const { exitCode, errors } = await desk.iexec(['dataset', 'encrypt', '--force'])

  expect(exitCode).toBe(1)
  expect(errors).toContain('datasets/original/dataset has the name that the key of the last file needs')
  expect(readdirSync(filesOf(desk, '.secrets/datasets'))).toEqual([])
})

test('a last key of which there is no copy is not replaced unasked; one with a copy is', async () => {
  const desk = deskOf(1, house.chain)
  await desk.raw(['dataset', 'init', '--tee'])
  const last = filesOf(desk, '.secrets/datasets/dataset.key')
  writeFileSync(filesOf(desk, 'datasets/original/a'), 'one')
  writeFileSync(last, 'an older key')

  const asked = await desk.iexec(['dataset', 'encrypt'])
  const kept = readFileSync(last, 'utf8')
  writeFileSync(filesOf(desk, '.secrets/datasets/older.key'), kept)
  const done = await desk.iexec(['dataset', 'encrypt'])

  expect(asked.exitCode).toBe(1)
  expect(asked.errors).toContain('.secrets/datasets/dataset.key is a key without a copy')
  expect(kept).toBe('an older key')
  expect(done.exitCode).toBe(0)
  expect(readFileSync(last, 'utf8')).toBe(readFileSync(filesOf(desk, '.secrets/datasets/a.key'), 'utf8'))
})

test('a dataset for enclaves is not sold while the vault has no key of it, unless that is wanted', async () => {
  const owner = await house.user(2)
  const dataset = { name: 'secret', multiaddr: 'https://example.com/file', checksum: `0x${'12'.repeat(32)}` } as const
  const { address } = await owner.datasets.deploy(dataset)
  const desk = deskOf(2, house.chain)
  const line = ['dataset', 'publish', address, '--tag', 'tee,scone', '--force']

  const refused = await desk.iexec(line)
  const sold = await desk.raw([...line, '--skip-preflight-check'])

  expect(refused.exitCode).toBe(1)
  expect(refused.errors).toContain('No vault for secrets is configured for the chain test')
  expect(sold).toMatchObject({ ok: true })
})

test('a key that is none is not pushed, and not shown', async () => {
  // Before a key is read, nobody asks the vault.
  const desk = deskOf(1, { ...house.chain, vaultUrl: 'http://127.0.0.1:9' })
  desk.write('my.key', 'almost a key')

  const missing = await desk.iexec(['dataset', 'push-secret', addressOf(9)])
  const wrong = await desk.iexec(['dataset', 'push-secret', addressOf(9), '--secret-path', 'my.key'])

  expect([missing.exitCode, wrong.exitCode]).toEqual([1, 1])
  expect(missing.errors).toContain('There is no key in')
  expect(wrong.errors).toContain('my.key is no key of a dataset')
  expect(wrong.errors).not.toContain('almost')
})

test('without a checksum it is deployed with a warning', async () => {
  const desk = deskOf(3, house.chain)
  await desk.raw(['dataset', 'init'])

  const { exitCode, errors } = await desk.iexec(['dataset', 'deploy'])

  expect(exitCode).toBe(0)
  expect(errors).toContain('It has no checksum')
})

test('a project of a stranger cannot have another file of this machine published', async () => {
  const desk = deskOf(1, house.chain)
  writeFileSync(filesOf(desk, '../secret.txt'), 'of somebody')
  symlinkSync('../secret.txt', filesOf(desk, 'innocent.csv'))

  const tried = []
  for (const multiaddr of ['../secret.txt', 'innocent.csv', '/etc/hostname']) {
    desk.write('iexec.json', { dataset: { name: 'weather', multiaddr } })
    tried.push(await desk.iexec(['dataset', 'deploy']))
  }

  for (const outcome of tried) {
    expect(outcome).toMatchObject({ exitCode: 1, errors: expect.stringContaining('which is not in the project at') })
  }
})

test('a file of the project is not registered under the checksum of another, nor where no worker could read it', async () => {
  const desk = deskOf(1, house.chain)
  writeFileSync(filesOf(desk, 'weather.csv'), 'cold')
  const own = `0x${createHash('sha256').update('cold').digest('hex')}`
  const dataset = { name: 'weather', multiaddr: 'weather.csv' }

  desk.write('iexec.json', { dataset: { ...dataset, checksum: `0x${'1'.repeat(64)}` } })
  const other = await desk.iexec(['dataset', 'deploy'])
  desk.write('iexec.json', { dataset })
  const nowhere = await desk.iexec(['dataset', 'deploy'])

  expect(other).toMatchObject({ exitCode: 1, errors: expect.stringContaining(`The sha256 of weather.csv is ${own}`) })
  expect(nowhere).toMatchObject({ exitCode: 1, errors: expect.stringContaining('Workers cannot read weather.csv') })
})
