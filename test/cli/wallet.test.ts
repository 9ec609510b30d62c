// iexec wallet and iexec account, by somebody who begins with nothing: in pipes and in a real terminal.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zeroAddress } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { addressOf, startHouse, type House } from '../house.ts'
import { openDesk, type Desk } from '../iexec.ts'

const PASSWORD = 'correct horse battery staple'

let house: House
beforeAll(async () => {
  house = await startHouse()
})
afterAll(async () => {
  await house.stop()
})

function newDesk(): Desk {
  const desk = openDesk(house.chain)
  onTestFinished(desk.clear)
  return desk
}

function keystoreOf({ home }: Desk): readonly string[] {
  return readdirSync(join(home, '.ethereum/keystore')).map((name) => join(home, '.ethereum/keystore', name))
}

test('a person makes a wallet: the password is asked twice and never shown, and the key is only under it', async () => {
  const desk = newDesk()
  const call = desk.person(['wallet', 'create'])

  await call.sees('Choose a password for the wallet')
  call.types(PASSWORD)
  await call.sees('Once more')
  call.types(PASSWORD)
  await call.sees(/Wallet 0x[0-9a-fA-F]{40}/u)

  expect(await call.ended).toBe(0)
  expect(call.screen()).not.toContain(PASSWORD)
  const [file = ''] = keystoreOf(desk)
  expect(file).toMatch(/UTC--\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}000000Z--[0-9a-f]{40}$/u)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(file, 'utf8')).toContain('"kdf": "scrypt"')
})

test('two different passwords make no wallet', async () => {
  const desk = newDesk()
  const call = desk.person(['wallet', 'create'])

  await call.sees('Choose a password')
  call.types(PASSWORD)
  await call.sees('Once more')
  call.types('something else')
  await call.sees('The two passwords differ')

  expect(await call.ended).toBe(2)
  expect(() => keystoreOf(desk)).toThrow('ENOENT')
})

test('Ctrl-C at the password makes no wallet and ends with 130', async () => {
  const desk = newDesk()
  const call = desk.person(['wallet', 'create'])

  await call.sees('Choose a password')
  call.presses('\u0003')

  expect(await call.ended).toBe(130)
  expect(() => keystoreOf(desk)).toThrow('ENOENT')
})

test('with an imported key under a password from a file, RLC goes to the market and home', async () => {
  const desk = newDesk()
  const key = generatePrivateKey()
  const owner = await house.user(0)
  await owner.wallet.sendCoins({ to: privateKeyToAddress(key), amount: 10n ** 18n })
  await owner.wallet.sendRlc({ to: privateKeyToAddress(key), amount: 5_000_000_000n })
  writeFileSync(join(desk.folder, 'password'), `${PASSWORD}\n`)
  const signing = ['--password-file', 'password']

  const imported = await desk.raw(['wallet', 'import', key, ...signing])
  const deposited = await desk.raw(['account', 'deposit', '2', 'RLC', ...signing])
  const withdrawn = await desk.raw(['account', 'withdraw', '500', ...signing])
  const shown = await desk.raw(['account', 'show'])
  const wallet = await desk.raw(['wallet', 'show'])

  expect(imported).toMatchObject({ ok: true, address: privateKeyToAddress(key) })
  expect(deposited).toMatchObject({ ok: true, amount: '2000000000', txHash: expect.stringMatching(/^0x/u) })
  expect(withdrawn).toMatchObject({ ok: true, amount: '500' })
  expect(shown).toEqual({ ok: true, balance: { stake: '1999999500', locked: '0' } })
  expect(wallet).toMatchObject({ ok: true, balance: { nRLC: '3000000500', RLC: '3.0000005' } })
  expect(JSON.stringify([imported, deposited, wallet])).not.toContain(key.slice(2))
})

test('a key comes from a file or a pipe as well; on the line it is taken with a warning, and nowhere is it shown', async () => {
  const desk = newDesk()
  const key = generatePrivateKey()
  const line = ['wallet', 'import', '--password', PASSWORD]
  writeFileSync(join(desk.folder, 'key'), `${key}\n`)

  const fromFile = await desk.iexec([...line, '--private-key-file', 'key'])
  const piped = await desk.iexec([...line, '--private-key-file', '-'], { input: key.slice(2) })
  const typed = await desk.iexec([...line, key])
  const both = await desk.iexec([...line, key, '--private-key-file', 'key'])
  const nobody = await desk.iexec(line)

  expect(fromFile).toMatchObject({ exitCode: 0, errors: '', out: expect.stringContaining(privateKeyToAddress(key)) })
  expect(piped).toMatchObject({ exitCode: 0, errors: '', out: expect.stringContaining(privateKeyToAddress(key)) })
  expect(typed).toMatchObject({ exitCode: 0, errors: expect.stringContaining('--private-key-file avoids that.') })
  expect(both.errors).toContain('exclude each other')
  expect(nobody.errors).toContain('Give it with --private-key-file <path>')
  expect(JSON.stringify([fromFile, piped, typed, both, nobody])).not.toContain(key.slice(2))
})

test('a wrong password is said in a sentence, and nothing is sent', async () => {
  const desk = newDesk()
  await desk.raw(['wallet', 'import', generatePrivateKey(), '--password', PASSWORD])

  const { exitCode, errors } = await desk.iexec(['account', 'deposit', '1', '--password', 'wrong'])

  expect(exitCode).toBe(1)
  expect(errors).toMatch(/^This is not the password of the wallet 0x[0-9a-fA-F]{40}\.$/mu)
})

test.each<{ line: readonly string[]; says: string; code?: number }>([
  { line: ['account', 'deposit', '1.5'], says: 'nRLC cannot be divided' },
  { line: ['account', 'deposit', '1', 'ETH'], says: 'is not a unit of RLC' },
  { line: ['account', 'deposit', '-1'], says: 'an amount cannot be negative' },
  { line: ['account', 'deposit', '0'], says: 'give one above 0' },
  { line: ['account', 'deposit', '99'], says: 'cannot be deposited: the wallet has 0 RLC', code: 1 },
  { line: ['account', 'withdraw', '99'], says: 'cannot be withdrawn: 0 RLC is free', code: 1 },
  { line: ['wallet', 'send-RLC', '1', '--force'], says: 'Nobody is named who receives it' },
  { line: ['wallet', 'send-RLC', '1', '--to', '0x12', '--force'], says: '--to: "0x12" is no address' },
  { line: ['wallet', 'send-RLC', '1', '--to', `${addressOf(2).slice(0, -1)}1`, '--force'], says: 'has a typing error' },
  { line: ['wallet', 'sweep', '--to', zeroAddress, '--force'], says: 'belongs to nobody: what goes there is lost' },
  { line: ['wallet', 'show', 'alice'], says: '"alice" is no address' },
  { line: ['wallet', 'import', '0x12'], says: 'This is no private key' },
  { line: ['account', 'show', '--chain', 'mars'], says: 'Missing "mars" chain in "chain.json"', code: 1 },
])('$line is refused: $says', async ({ line, says, code = 2 }) => {
  const desk = newDesk()
  writeFileSync(join(desk.folder, 'wallet.json'), JSON.stringify({ privateKey: generatePrivateKey() }))

  const { exitCode, errors, out } = await desk.iexec(line)

  expect(errors).toContain(says)
  expect(out).toBe('')
  expect(exitCode).toBe(code)
})

test('without a terminal, a password that is missing is said with the options that give it', async () => {
  const desk = newDesk()
  await desk.raw(['wallet', 'create', '--password', PASSWORD])

  const { exitCode, errors } = await desk.iexec(['account', 'deposit', '1'])

  expect(exitCode).toBe(1)
  expect(errors).toContain('--password-file')
})

test('a chain that does not answer is named with its host, and how to go on', async () => {
  const desk = openDesk({ ...house.chain, rpcUrls: ['http://127.0.0.1:9'] })
  onTestFinished(desk.clear)

  const { exitCode, errors } = await desk.iexec(['account', 'show', addressOf(1)])

  expect(exitCode).toBe(1)
  expect(errors).toContain('http://127.0.0.1:9')
})

test('a sweep says only what it sent', async () => {
  const desk = newDesk()
  const key = generatePrivateKey()
  writeFileSync(join(desk.folder, 'wallet.json'), JSON.stringify({ privateKey: key }))
  const owner = await house.user(0)
  const sweep = ['wallet', 'sweep', '--to', addressOf(2), '--force']

  const empty = await desk.iexec(sweep)
  await owner.wallet.sendRlc({ to: privateKeyToAddress(key), amount: 5n })
  const withoutGas = await desk.iexec(sweep)
  await owner.wallet.sendCoins({ to: privateKeyToAddress(key), amount: 10n ** 18n })
  const all = await desk.iexec(sweep)

  expect(empty.out).toContain('There is nothing to send')
  expect(withoutGas).toMatchObject({ exitCode: 1, out: expect.stringContaining('Sent nothing.') })
  expect(all).toMatchObject({ exitCode: 0, out: expect.stringContaining('Sent all RLC and all coins from') })
})

test.each(['send-ether', 'send-RLC', 'sweep'])('%s to the hub is refused before anybody is asked', async (verb) => {
  const desk = newDesk()
  writeFileSync(join(desk.folder, 'wallet.json'), JSON.stringify({ privateKey: generatePrivateKey() }))
  const amount = verb === 'sweep' ? [] : ['1']

  const { exitCode, errors } = await desk.iexec(['wallet', verb, ...amount, '--to', house.chain.hub])

  expect(errors).toContain('is a contract of the market (hub)')
  expect(errors).toContain('iexec account deposit')
  expect(exitCode).toBe(2)
})
