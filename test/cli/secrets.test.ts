// iexec requester, storage and result: secrets on their way to a vault, by the wire that vaults speak, and results that are read.
import { execFileSync } from 'node:child_process'
import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { readZip } from '@iexec/sdk'
import { serve, zipOf } from '@iexec/sdk/test/market'
import { concat, keccak256, recoverMessageAddress, stringToBytes, type Hex } from 'viem'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { deskOf, type OwnDesk } from '../desk.ts'
import { addressOf, startHouse, type House } from '../house.ts'

const OWNER = 1
const SECRET = 'correct horse'
const DOMAIN: Hex = '0x0a26923d45a019b77e856d0001681f98ab9707ec15b2b98048cc91eed00b6793'

let house: House
let vault: { readonly url: string; readonly stop: () => Promise<void> }
/** What was pushed, by method and place. */
const pushed = new Map<string, string>()
beforeAll(async () => {
  house = await startHouse()
  vault = await serve(async (request, response) => {
    const { method = '', url = '', headers } = request
    if (method === 'HEAD') return void response.writeHead(pushed.has(url) ? 200 : 404).end()
    const value = await text(request)
    const signer = await recoverMessageAddress({
      message: { raw: messageOf(url, value) },
      signature: (headers.authorization ?? '0x') as Hex,
    }).catch(() => undefined)
    if (signer !== addressOf(OWNER)) return void response.writeHead(401).end()
    if (method === 'POST' && pushed.has(url)) return void response.writeHead(409).end()
    pushed.set(url, value)
    response.writeHead(204).end()
  })
})
afterAll(async () => {
  await vault.stop()
  await house.stop()
})
beforeEach(() => {
  pushed.clear()
})

function hash(content: string): Hex {
  return keccak256(stringToBytes(content))
}

/** What the owner signs: keccak(domain ‖ address ‖ keccak(name) ‖ keccak(value)). */
function messageOf(url: string, value: string): Hex {
  const { pathname, searchParams } = new URL(url, vault.url)
  const [, owner, name] = /^\/requesters\/(\w+)\/secrets\/([\w-]+)$/u.exec(pathname) ?? []
  const subject = (owner ?? searchParams.get('ownerAddress') ?? '0x') as Hex
  return keccak256(concat([DOMAIN, subject, hash(name ?? searchParams.get('secretName') ?? ''), hash(value)]))
}

function sit(keys: Readonly<Record<string, string>> = { sms: vault.url }): OwnDesk {
  const desk = deskOf(OWNER, house.chain)
  const { chains, ...rest } = desk.read('chain.json') as { readonly chains: { readonly test: object } }
  desk.write('chain.json', { ...rest, chains: { test: { ...chains.test, ...keys } } })
  return desk
}

test('a secret that is typed is never shown, goes to the vault signed, and only once', async () => {
  const desk = sit()
  const call = desk.person(['requester', 'push-secret', 'api-key'])

  await call.sees('Secret "api-key":')
  call.types(SECRET)
  await call.sees('The vault has your secret "api-key".')
  const exitCode = await call.ended
  const again = await desk.iexec(['requester', 'push-secret', 'api-key', '--secret-value', 'other'])
  const checked = await desk.raw(['requester', 'check-secret', 'api-key'])
  const others = await desk.raw(['requester', 'check-secret', 'api-key', addressOf(2)])

  expect(exitCode).toBe(0)
  expect(call.screen()).not.toContain(SECRET)
  expect([...pushed]).toEqual([[`/requesters/${addressOf(OWNER)}/secrets/api-key`, SECRET]])
  expect(again).toMatchObject({ exitCode: 1, errors: expect.stringContaining('is in the vault already') })
  expect(checked).toEqual({ ok: true, isSet: true, name: 'api-key' })
  expect(others).toEqual({ ok: true, isSet: false, name: 'api-key' })
})

test('a secret is read from a file or a pipe, without the end of its line', async () => {
  const desk = sit()
  desk.write('key.txt', `${SECRET}\n`)

  const line = ['requester', 'push-secret']
  const told = await desk.raw([...line, 'api-key', '--secret-file', 'key.txt'])
  const piped = await desk.iexec([...line, 'other-key', '--secret-file', '-'], { input: `${SECRET}\r\n` })

  expect(told).toEqual({ ok: true, isPushed: true, name: 'api-key' })
  expect(piped).toMatchObject({ exitCode: 0, errors: '' })
  expect([...pushed.values()]).toEqual([SECRET, SECRET])
})

test('the token of a storage is replaced only when that is said', async () => {
  const desk = sit()
  const line = ['storage', 'init', 'dropbox', '--token']

  const before = await desk.raw(['storage', 'check', 'dropbox'])
  const first = await desk.raw([...line, 'one'])
  const refused = await desk.iexec([...line, 'two'])
  const replaced = await desk.raw([...line, 'two', '--force-update'])
  const after = await desk.raw(['storage', 'check', 'dropbox', '--user', addressOf(OWNER)])

  expect(before).toEqual({ ok: true, isInitialized: false })
  expect(first).toEqual({ ok: true, isInitialized: true, isUpdated: false })
  expect(refused).toMatchObject({ exitCode: 1, errors: expect.stringContaining('--force-update') })
  expect(replaced).toEqual({ ok: true, isInitialized: true, isUpdated: true })
  expect(after).toEqual({ ok: true, isInitialized: true })
  expect([...pushed.values()]).toEqual(['two'])
})

test('keys for results are made, the public one goes to the vault, and the private one reads what was encrypted for it', async () => {
  const desk = sit()

  const made = await desk.raw(['result', 'generate-keys'])
  const again = await desk.iexec(['result', 'generate-encryption-keypair'])
  const push = await desk.raw(['result', 'push-secret'])
  const check = await desk.raw(['result', 'check-secret'])
  const [publicKeyFile, privateKeyFile] = [String(made['publicKeyFile']), String(made['privateKeyFile'])]
  writeFileSync(join(desk.folder, 'encryptedResults.zip'), encrypted(readFileSync(publicKeyFile, 'utf8')))
  const decrypted = await desk.raw(['result', 'decrypt'])

  const folder = join(desk.folder, '.secrets/beneficiary')
  expect(made).toEqual({
    ok: true,
    secretPath: folder,
    privateKeyFile: join(folder, `${addressOf(OWNER)}_key`),
    publicKeyFile: join(folder, `${addressOf(OWNER)}_key.pub`),
  })
  expect(statSync(privateKeyFile).mode & 0o777).toBe(0o600)
  expect(readFileSync(privateKeyFile, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/u)
  expect(again).toMatchObject({ exitCode: 1, errors: expect.stringContaining('There is a key already') })
  expect(push).toEqual({ ok: true, isPushed: true, isUpdated: false })
  expect([...pushed.values()].map((value) => Buffer.from(value, 'base64').toString())).toEqual([
    readFileSync(publicKeyFile, 'utf8'),
  ])
  expect(check).toEqual({ ok: true, isEncryptionKeySet: true })
  expect(decrypted).toEqual({ ok: true, resultsPath: join(desk.folder, 'results.zip') })
  const [file] = readZip(readFileSync(join(desk.folder, 'results.zip')))
  expect(new TextDecoder().decode(file?.read())).toBe('forty-two')
})

test('of a private key whose public one was not written, the public one goes to the vault all the same', async () => {
  const desk = sit()
  const made = await desk.raw(['result', 'generate-keys'])
  const publicKey = readFileSync(String(made['publicKeyFile']), 'utf8')
  rmSync(String(made['publicKeyFile']))

  const push = await desk.raw(['result', 'push-encryption-key'])

  expect(push).toEqual({ ok: true, isPushed: true, isUpdated: false })
  expect([...pushed.values()].map((value) => Buffer.from(value, 'base64').toString().trim())).toEqual([
    publicKey.trim(),
  ])
})

/** A result as enclaves encrypt it: AES-256-CBC, its key under RSA. */
function encrypted(publicKey: string): Uint8Array {
  const [key, iv] = [randomBytes(32), randomBytes(16)]
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  const body = Buffer.concat([iv, cipher.update(zipOf({ 'result.txt': 'forty-two' })), cipher.final()])
  const wrapped = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, key)
  return zipOf({ 'aes-key.rsa': wrapped, 'iexec_out.zip.aes': body })
}

test('a result that was encrypted for somebody else stays closed, and nothing is written', async () => {
  const desk = sit()
  const mine = await desk.raw(['result', 'generate-keys'])
  const other = execFileSync(process.execPath, [
    '-e',
    'console.log(require("node:crypto").generateKeyPairSync("rsa",{modulusLength:2048}).publicKey.export({type:"spki",format:"pem"}))',
  ]).toString()
  writeFileSync(join(desk.folder, 'theirs.zip'), encrypted(other))

  const { exitCode, errors } = await desk.iexec(['result', 'decrypt', 'theirs.zip'])
  const unnamed = await desk.iexec(['result', 'decrypt', 'nothing.zip'])

  expect(mine).toMatchObject({ ok: true })
  expect(exitCode).toBe(1)
  expect(errors).toContain('cannot be decrypted with this key')
  expect(unnamed.errors).toContain('There is no result in')
  expect(() => statSync(join(desk.folder, 'results.zip'))).toThrow('ENOENT')
})

test.each<{ line: readonly string[]; says: string }>([
  { line: ['result', 'decrypt', 'file', '--beneficiary-key-file', 'file'], says: 'There is no private RSA key in' },
  { line: ['result', 'push-encryption-key', '--secret-path', 'file'], says: 'There is no public RSA key in' },
  { line: ['wallet', 'import', '--private-key-file', 'file'], says: 'There is no private key in file' },
])('what a file says wrong ends $line with 1, and is not shown', async ({ line, says }) => {
  const desk = sit()
  writeFileSync(join(desk.folder, 'file'), 'almost a key')

  const { exitCode, errors } = await desk.iexec(line)

  expect(errors).toContain(says)
  expect(errors).not.toContain('almost')
  expect(exitCode).toBe(1)
  expect(pushed.size).toBe(0)
})

test.each([
  ['requester', 'push-secret', 'api-key'],
  ['requester', 'check-secret', 'api-key'],
  ['storage', 'init', 'dropbox', '--token', 'x'],
  ['storage', 'check', 'dropbox'],
  ['result', 'push-encryption-key'],
  ['result', 'check-encryption-key'],
  ['app', 'push-secret', addressOf(1)],
  ['app', 'check-secret', addressOf(1)],
  ['dataset', 'push-secret', addressOf(1)],
  ['dataset', 'check-secret', addressOf(1)],
])('without a vault, iexec %s %s says that none is configured, and asks nothing', async (...line) => {
  const { exitCode, out, errors } = await sit({}).iexec(line)

  expect(exitCode).toBe(1)
  expect(out).toBe('')
  expect(errors).toContain('No vault for secrets is configured for the chain test.')
  expect(errors).toContain('"sms"')
})

test.each<{ line: readonly string[]; says: string; code?: number }>([
  { line: ['storage', 'init', 'ipfs'], says: 'IPFS takes no token', code: 2 },
  { line: ['storage', 'check', 'floppy'], says: '"floppy" is no storage that takes a token', code: 2 },
  { line: ['requester', 'push-secret', 'a b', '--secret-value', 'x'], says: 'name of the secret', code: 2 },
  { line: ['requester', 'push-secret', 'api-key'], says: 'There is nobody to ask' },
  { line: ['requester', 'push-secret', 'api-key', '--secret-file', 'none'], says: 'cannot be read' },
  { line: ['requester', 'push-secret', 'api-key', '--secret-value', ''], says: 'An empty secret is none', code: 2 },
  {
    line: ['requester', 'push-secret', 'api-key', '--secret-value', 'x'.repeat(4097)],
    says: 'must have from 1 to 4096',
    code: 2,
  },
  { line: ['result', 'push-encryption-key'], says: 'There is no key in' },
])('$line is refused: $says', async ({ line, says, code = 1 }) => {
  const { exitCode, errors } = await sit().iexec(line)

  expect(errors).toContain(says)
  expect(exitCode).toBe(code)
  expect(pushed.size).toBe(0)
})

test('looking for a secret asks no password, of whichever kind the wallet is', async () => {
  const desk = sit()
  const created = await desk.raw(['wallet', 'create', '--password', 'p'])
  const line = ['--wallet-address', String(created['address'])]

  expect(await desk.raw(['requester', 'check-secret', 'api-key', ...line])).toMatchObject({ isSet: false })
  expect(await desk.raw(['storage', 'check', 'dropbox', ...line])).toMatchObject({ isInitialized: false })
  expect(await desk.raw(['result', 'check-encryption-key', ...line])).toMatchObject({ isEncryptionKeySet: false })
})
