// The deployment command as people type it, against a real chain.
// runs: pnpm --filter @iexec/contracts run deploy --rpc URL --key-file FILE
import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { predictMarket } from '@iexec/chain'
import { accountOf, startAnvil } from '@iexec/chain/test/anvil'
import * as Keystore from 'ox/Keystore'
import { describe, expect, test } from 'vitest'
import { KEY, OTHER_KEY, OWNER, anvil, deploy, deployWith, folder, refusedWith, write } from './deploy/testing.ts'

/** The command as a process, as pnpm starts it from where it was called. */
function command(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(import.meta.dirname, 'deploy.ts'), ...args], {
    cwd: import.meta.dirname,
    env: { ...process.env, INIT_CWD: folder },
    encoding: 'utf8',
  })
}

test('the documented command is the program that is tested here', () => {
  const manifest = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')

  expect(JSON.parse(manifest)).toMatchObject({
    name: '@iexec/contracts',
    scripts: { deploy: 'node scripts/deploy.ts' },
  })
})

describe('a deployment', () => {
  test('tells each step, and prints the addresses as JSON and nothing else', async () => {
    const { code, out, err } = await deployWith('--chain-id', '31337')

    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ chainId: 31_337, ...predictMarket({ owner: OWNER }), deployer: OWNER })
    expect(err).toMatch(/^token is sent: 0x.*\ntoken is deployed: 0x.*\n/u)
    expect(err).toMatch(/hub is deployed: 0x\w{40} \(\d+ gas\)\n/u)
    expect(err).toMatch(/workerpoolregistry is initialized \(\d+ gas\)\n$/u)
  })

  test('that is repeated spends nothing and says the same', async () => {
    const first = await deployWith()
    const before = await anvil.client(0).getBalance({ address: OWNER })

    const again = await deployWith()

    expect(again.code).toBe(0)
    expect(again.out).toBe(first.out)
    expect(again.err.trim().split('\n')).toHaveLength(6)
    expect(again.err).toMatch(/^token is there: 0x/u)
    expect(await anvil.client(0).getBalance({ address: OWNER })).toBe(before)
  })

  test('gives the same addresses on another chain', async () => {
    const other = await startAnvil({ chainId: 5 })
    try {
      const { out } = await deploy('--rpc', other.url, '--key-file', 'key')

      expect(JSON.parse(out)).toMatchObject({ chainId: 5, ...predictMarket({ owner: OWNER }) })
    } finally {
      await other.stop()
    }
  })

  test('writes the addresses to a file below the directory where it was called', async () => {
    mkdirSync(join(folder, 'written'))

    const { code, out, err } = await deployWith('--out', 'written/market.json')

    expect({ code, out }).toEqual({ code: 0, out: '' })
    expect(err).toMatch(/The addresses are in .*market\.json\.\n$/u)
    expect(JSON.parse(readFileSync(join(folder, 'written/market.json'), 'utf8'))).toMatchObject(
      predictMarket({ owner: OWNER }),
    )
  })

  test('for another owner leaves the registries to him', async () => {
    const owner = accountOf(7).address

    const { out, err } = await deployWith('--owner', owner)

    expect(JSON.parse(out)).toMatchObject({ ...predictMarket({ owner }), owner, deployer: OWNER })
    expect(err).toContain(`appregistry is left to its owner to initialize: ${owner} may call initialize(0) once.`)
  })

  test('with an existing token deploys no other', async () => {
    const { token } = predictMarket({ owner: OWNER })
    await deployWith()
    write('other', OTHER_KEY)

    const { out, err } = await deployWith('--key-file', 'other', '--token', token)

    expect(JSON.parse(out)).toMatchObject({ token, deployer: accountOf(1).address })
    expect(err).not.toMatch(/^token/mu)
  })

  test.each([
    ['scrypt', Keystore.scrypt({ password: 'open sesame', n: 1_024 })],
    ['pbkdf2', Keystore.pbkdf2({ password: 'open sesame', iterations: 1_024 })],
  ])('is paid by a keystore of %s with its password', async (kind, [key, opts]) => {
    write(`${kind}.json`, JSON.stringify(Keystore.encrypt(KEY, key, opts)))
    write('password', 'open sesame\n')

    const { code, out } = await deployWith('--key-file', `${kind}.json`, '--password-file', 'password')

    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ deployer: OWNER })
  })

  test('says that a plain key needs no password', async () => {
    write('password', 'open sesame\n')

    const { code, err } = await deployWith('--password-file', 'password')

    expect(code).toBe(0)
    expect(err).toMatch(/^--password-file is not needed: .*key is not encrypted\.\n/u)
  })

  test('takes a key without 0x, as some wallets write it', async () => {
    write('bare', KEY.slice(2))

    expect(await deployWith('--key-file', 'bare')).toMatchObject({ code: 0 })
  })

  test('runs as a process of its own: addresses on standard output, paths from where pnpm was called, exit codes', () => {
    const done = command('--rpc', anvil.url, '--key-file', 'key')
    const refused = command('--rpc', anvil.url, '--key-file', 'no-key')

    expect(done.status).toBe(0)
    expect(JSON.parse(done.stdout)).toMatchObject(predictMarket({ owner: OWNER }))
    expect(refused).toMatchObject({ status: 1, stdout: '' })
    expect(refused.stderr).toBe(`Cannot read ${join(folder, 'no-key')}: no such file or directory.\n`)
  })

  test.each(['--help', '-h'])('explains itself with %s', async (option) => {
    const { code, out } = await deploy(option)

    expect(code).toBe(0)
    expect(out).toMatch(/^pnpm --filter @iexec\/contracts run deploy --rpc URL --key-file FILE/u)
  })
})

describe('the command line refuses', () => {
  test.each([
    [['--key-file', 'key'], '--rpc URL is missing; --help shows all options.'],
    [['--rpc', 'http://127.0.0.1'], '--key-file FILE is missing; --help shows all options.'],
    [['--key', KEY], 'There is no option --key; --help shows all options.'],
    [[KEY], 'There is an argument that belongs to no option; --help shows all options.'],
    [['--rpc'], 'The option --rpc is not used rightly; --help shows all options.'],
    [
      ['--rpc', 'http://127.0.0.1', '--key-file', 'key', '--owner', '0x12'],
      'What --owner gives is no address: 0x and 40 hex digits, whose upper and lower case fit.',
    ],
    [
      ['--rpc', 'http://127.0.0.1', '--key-file', 'no-key', '--owner', `0x${'00'.repeat(20)}`],
      'The owner is the zero address, whose key nobody has: nobody could use the market, and its RLC would be lost.',
    ],
    [
      ['--rpc', 'http://127.0.0.1', '--key-file', 'key', '--token', 'RLC'],
      'What --token gives is no address: 0x and 40 hex digits, whose upper and lower case fit.',
    ],
    [
      ['--rpc', 'http://127.0.0.1', '--key-file', 'key', '--chain-id', 'mainnet'],
      'What --chain-id gives is no chain id: it is a whole number above 0, as 42161.',
    ],
  ])('%j', async (args, sentence) => {
    expect(await deploy(...args)).toEqual(refusedWith(sentence))
  })

  test('an output file in a folder that is not there, before anything is deployed', async () => {
    const sentence = `Cannot write ${join(folder, 'nowhere/market.json')}: no such file or directory.`

    expect(await deployWith('--out', 'nowhere/market.json')).toEqual(refusedWith(sentence))
  })
})

test('a refused deployment leaves no file', async () => {
  await deployWith('--chain-id', '1', '--out', 'never.json')

  expect(existsSync(join(folder, 'never.json'))).toBe(false)
})
