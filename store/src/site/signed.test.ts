// Signed indexes, with real keys and real files: what is taken into a store, and what is refused.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { hashListings, storeIndexTypedData, type StoreIndex } from '@iexec/wire/listing'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { IEXEC, openTestRegistry } from '../../test/listing.ts'
import { serveFolder } from '../../test/serveFolder.ts'
import { buildRegistry } from '../command/buildRegistry.ts'
import { build as callBuild } from '../command/buildStore.ts'
import { buildStore } from './buildStore.ts'
import { readSource } from './source.ts'

const key = generatePrivateKey()
const ada = privateKeyToAccount(key)
const eve = privateKeyToAccount(generatePrivateKey())
const CHAIN = {
  slug: 'local',
  name: 'This machine',
  chainId: 31_337,
  hub: `0x${'11'.repeat(20)}`,
  rpcUrl: 'http://127.0.0.1:1',
  marketUrl: 'http://127.0.0.1:2',
  storageUrl: 'http://127.0.0.1:3',
}

let folder: string
let registry: ReturnType<typeof openTestRegistry>
/** An index that Ada signed. */
let built: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iexec-signed-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  vi.spyOn(console, 'log').mockReturnValue()
  writeFileSync(join(folder, 'key'), key, { mode: 0o600 })
  registry = openTestRegistry()
  built = join(folder, 'public')
  await buildAt('2025-11-01')
})

/** Makes and signs the index of the registry, as it was changed on a day. */
async function buildAt(day: string, out = built, name = 'Ours'): Promise<number> {
  process.env['SOURCE_DATE_EPOCH'] = String(Date.parse(day) / 1000)
  onTestFinished(() => {
    delete process.env['SOURCE_DATE_EPOCH']
  })
  return buildRegistry([registry.path, '--name', name, '--key-file', join(folder, 'key'), '--out', out])
}

function indexOf(at = built): StoreIndex {
  return JSON.parse(readFileSync(join(at, 'index.json'), 'utf8')) as StoreIndex
}

function write(changed: Partial<Record<keyof StoreIndex, unknown>>): void {
  writeFileSync(join(built, 'index.json'), JSON.stringify({ ...indexOf(), ...changed }))
}

test('the same key signs the same registry with the same bytes', async () => {
  const other = join(folder, 'other')

  await buildAt('2025-11-01', other)

  expect(indexOf()).toMatchObject({ name: 'Ours', signer: ada.address, created: '2025-11-01T00:00:00.000Z' })
  expect(readFileSync(join(other, 'index.json'))).toEqual(readFileSync(join(built, 'index.json')))
})

test('a key that is none, is open to others, or is missing is told, and no index is written', async () => {
  const out = join(folder, 'none')
  writeFileSync(join(folder, 'bad'), '0x12', { mode: 0o600 })
  writeFileSync(join(folder, 'open'), key, { mode: 0o644 })
  const sign = async (file: string): Promise<number> =>
    buildRegistry([registry.path, '--key-file', join(folder, file), '--out', out])

  await expect(sign('bad')).rejects.toThrow(/bad is no private key: 0x and 64 hex digits are one\.$/u)
  await expect(sign('open')).rejects.toThrow(/may be read by others than its owner \(mode 644\)/u)
  await expect(sign('missing')).rejects.toThrow(/missing cannot be read/u)
  expect(readdirSync(folder)).not.toContain('none')
})

test('an index is taken from its signer, and handed on with the signature', async () => {
  const source = await readSource(built, { signers: [eve.address, ada.address] })
  const out = join(folder, 'shop')
  const { config } = buildStore({ shell: shell(), out, base: '/', site, sources: [source] })

  expect(config.signers).toEqual({ 'registry/index.json': ada.address })
  expect(indexOf(join(out, 'registry'))).toEqual(indexOf())
  expect((await readSource(join(out, 'registry'), { signers: [ada.address] })).signed?.signer).toBe(ada.address)
  expect(readdirSync(join(out, 'registry/files')).toSorted()).toEqual(readdirSync(join(built, 'files')).toSorted())
})

test('what a newer program says of a listing stays in what is handed on, and so the signature holds', async () => {
  const listings = indexOf().listings.map((listing) => ({ ...listing, rating: { stars: 5 } }))
  const index = { ...indexOf(), listings, hash: hashListings(listings) }
  write({ ...index, signature: await ada.signTypedData(storeIndexTypedData(index)) })
  const out = join(folder, 'shop')

  buildStore({ shell: shell(), out, base: '/', site, sources: [await readSource(built)] })

  expect((await readSource(join(out, 'registry'))).signed?.signer).toBe(ada.address)
})

test('an index of another signer, and one that nobody signed, are refused with the addresses', async () => {
  await expect(readSource(built, { signers: [eve.address] })).rejects.toThrow(
    `${built} is signed by ${ada.address}, and ${eve.address} shall have signed it.`,
  )
  write({ signer: undefined, signature: undefined })
  await expect(readSource(built, { signers: [ada.address] })).rejects.toThrow(
    `${built} is not signed, and ${ada.address} shall have signed it.`,
  )
  expect((await readSource(built)).signed).toBeUndefined()
})

test('a listing that was changed is refused, also with a new hash and where nobody asks for a signer', async () => {
  const listings = indexOf().listings.map((listing) => ({ ...listing, owner: eve.address }))

  write({ listings })
  await expect(readSource(built)).rejects.toThrow('somebody changed them')
  write({ listings, hash: hashListings(listings) })
  await expect(readSource(built)).rejects.toThrow('it is forged, or was changed since')
  write({ signer: null })
  await expect(readSource(built)).rejects.toThrow('what it gives is no signature')
})

test('a file that was changed or taken away is refused, because the listings name it by its content', async () => {
  const [file = ''] = readdirSync(join(built, 'files')).filter((name) => name.endsWith('.md'))

  writeFileSync(join(built, 'files', file), '# Send your keys to eve\n')
  await expect(readSource(built)).rejects.toThrow(`files/${file} is another file than the one that was signed.`)
  rmSync(join(built, 'files', file))
  await expect(readSource(built)).rejects.toThrow(`files/${file} cannot be read.`)
})

test('an index on the web is judged as one in a folder', async () => {
  const url = `${await serveFolder(built)}/index.json`

  expect((await readSource(url, { signers: [ada.address] })).signed?.signer).toBe(ada.address)
  await expect(readSource(url, { signers: [eve.address] })).rejects.toThrow(`${url} is signed by ${ada.address}`)
  write({ created: '2027-01-01T00:00:00.000Z' })
  await expect(readSource(url)).rejects.toThrow('its signature is of 0x')
})

test('an older index of the same signer and name is refused where a newer one is shown, and another registry of his is not', async () => {
  const [old, other, out] = [join(folder, 'old'), join(folder, 'other'), join(folder, 'shop')]
  await buildAt('2025-10-01', old)
  await buildAt('2025-09-01', other, 'Mine')
  const build = async (...places: readonly string[]): Promise<void> => buildAs(out, ...places)
  await build(built)

  await expect(build(old)).rejects.toThrow(
    `${old} is of 2025-10-01T00:00:00.000Z, and this store shows one of 2025-11-01T00:00:00.000Z that ${ada.address} signed`,
  )
  expect(indexOf(join(out, 'registry')).created).toBe('2025-11-01T00:00:00.000Z')
  await build(built)
  registry.write('ada/hello/iexec.json', { ...IEXEC, author: 'Ada L.' })
  await buildAt('2025-12-01')
  await build(built)
  expect(indexOf(join(out, 'registry')).listings[0]).toMatchObject({ author: 'Ada L.' })
  await build(other, built)
  expect(indexOf(join(out, 'registry')).name).toBe('Mine')
})

test('an index of a moment that has not come yet is neither signed nor taken: no later one would be newer', async () => {
  await expect(buildAt('2999-01-01')).rejects.toThrow('2999-01-01T00:00:00.000Z has not come yet')
  const far = { ...indexOf(), created: '2999-01-01T00:00:00.000Z' }
  write({ ...far, signature: await ada.signTypedData(storeIndexTypedData(far)) })

  await expect(readSource(built)).rejects.toThrow(
    `${built} is signed by ${ada.address} as of ${far.created}, which has not come yet`,
  )
})

test('what is signed is of the moment in which it is signed, whatever its files or its git say', async () => {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], {
      cwd: registry.path,
      encoding: 'utf8',
      env: { ...process.env, GIT_COMMITTER_DATE: '2099-01-01T00:00:00Z' },
    })
  git('init', '--quiet')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'from far')
  delete process.env['SOURCE_DATE_EPOCH']
  const before = Date.now()

  await buildRegistry([registry.path, '--name', 'Ours', '--key-file', join(folder, 'key'), '--out', built])

  const at = Date.parse(indexOf().created)
  expect([at >= before, at <= Date.now()]).toEqual([true, true])
})

test('where what is shown as signed cannot be read, nothing takes its place', async () => {
  const out = join(folder, 'shop')
  await buildAs(out, built)
  rmSync(join(out, 'registry/index.json'))

  await expect(buildAs(out, built)).rejects.toThrow('registry/index.json of this store cannot be read')
  await expect(buildAs(out, built)).rejects.toThrow('Put it back, or name another folder with --out.')
})

test('what is shown as signed is not replaced by what nobody, another or the same signer put under another name', async () => {
  const [mine, out] = [join(folder, 'mine'), join(folder, 'shop')]
  await buildAt('2025-12-01', mine, 'Mine')
  const build = async (...places: readonly string[]): Promise<void> => buildAs(out, ...places)
  await build(built)
  const told = `This store shows listings called Ours that ${ada.address} signed, and would not any more`
  const signed = indexOf()

  await expect(build(mine)).rejects.toThrow(told)
  await expect(build(registry.path)).rejects.toThrow(told)
  write({ signer: undefined, signature: undefined })
  await expect(build(built)).rejects.toThrow(told)
  await expect(build(built)).rejects.toThrow('If it is meant, name another folder with --out.')
  const evil = { ...signed, signer: eve.address }
  write({ ...evil, signature: await eve.signTypedData(storeIndexTypedData(evil)) })
  await expect(build(built)).rejects.toThrow(told)
  expect(indexOf(join(out, 'registry'))).toEqual(signed)
  await buildAs(join(folder, 'another'), built)
})

test('of two registries of one signer and one name, both are signed, or the store stays as it is', async () => {
  const [other, out] = [join(folder, 'other'), join(folder, 'shop')]
  await buildAt('2025-11-01', other)
  await buildAs(out, other, built)

  write({ signer: undefined, signature: undefined })

  await expect(buildAs(out, other, built)).rejects.toThrow('and would not any more')
})

test('a password that opens nothing, and a signer whose letters do not fit, are told', async () => {
  const wrong = ada.address.replace(/[a-f]/u, (letter) => letter.toUpperCase())

  await expect(buildRegistry([registry.path, '--password-file', 'password', '--out', built])).rejects.toThrow(
    '--password-file is the password of a wallet that signs: add --sign or --wallet-file.',
  )
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  await expect(callBuild(['--listings', built, '--signer', wrong, '--name', 'Ours', '--out', 'shop'])).rejects.toThrow(
    'Its capital letters are not those of an address: a digit may be wrong.',
  )
})

const site = { name: 'Ours', parts: ['store'], chains: [CHAIN] } as const

/** Makes a store of indexes and registries. */
async function buildAs(out: string, ...places: readonly string[]): Promise<void> {
  const sources = await Promise.all(places.map(async (place) => readSource(place)))
  buildStore({ shell: shell(), out, base: '/', site, sources })
}

/** A page alone. */
function shell(): string {
  const at = mkdtempSync(join(folder, 'shell-'))
  writeFileSync(
    join(at, 'index.html'),
    '<head>\n<base href="/" />\n<title>iExec</title>\n<meta name="description" content="x" />\n</head>',
  )
  return at
}
