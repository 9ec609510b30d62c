// The deployment command as people type it, against a real chain.
// runs: pnpm --filter @iexec/contracts run deploy --rpc URL --key-file FILE
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { predictMarket } from '@iexec/chain'
import { accountOf, startAnvil, type Anvil } from '@iexec/chain/test/anvil'
import * as Keystore from 'ox/Keystore'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runDeploy } from './deploy/run.ts'

/** The keys of anvil's accounts 0 and 1, which all the world knows. */
const KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'
const OTHER_KEY = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d'
const OWNER = accountOf(0).address

let anvil: Anvil
let folder = ''

beforeAll(async () => {
  anvil = await startAnvil()
  folder = mkdtempSync(join(tmpdir(), 'deploy-'))
  write('key', `${KEY}\n`)
})

afterAll(async () => {
  await anvil.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Writes a file that only its owner can read, or one of another mode. */
function write(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

type Ended = { readonly code: number; readonly out: string; readonly err: string }

/** Runs the command in the folder of the files, where nobody sits at a terminal. */
async function deploy(...args: readonly string[]): Promise<Ended> {
  return deployWhile(() => undefined, ...args)
}

/** Runs the command, and does something else at each sentence that it tells. */
async function deployWhile(meanwhile: (sentence: string) => void, ...args: readonly string[]): Promise<Ended> {
  let [out, err] = ['', '']
  const code = await runDeploy(args, {
    directory: folder,
    terminal: { input: new PassThrough(), output: new PassThrough() },
    print: async (text) => {
      out += `${text}\n`
    },
    tell: (sentence) => {
      err += `${sentence}\n`
      meanwhile(sentence)
    },
  })
  // Whatever happens, no key is ever shown.
  expect(`${out}${err}`).not.toMatch(new RegExp(`${KEY.slice(2)}|${OTHER_KEY.slice(2)}`, 'iu'))
  return { code, out, err }
}

/** Runs the command with the usual chain and key, which later arguments replace. */
async function deployWith(...args: readonly string[]): Promise<Ended> {
  return deploy('--rpc', anvil.url, '--key-file', 'key', ...args)
}

/** Runs the command with an output file. Nobody listens at its URL: what is refused here is refused before anybody is asked. */
async function deployTo(out: string, ...args: readonly string[]): Promise<Ended> {
  const ended = await deploy('--rpc', 'http://127.0.0.1:9', '--key-file', 'key', '--out', out, ...args)
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
  return ended
}

/** Ended early with exactly this sentence. */
function refusedWith(err: string): Ended {
  return { code: 1, out: '', err: `${err}\n` }
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
    const command = (...args: readonly string[]) =>
      spawnSync(process.execPath, [join(import.meta.dirname, 'deploy.ts'), ...args], {
        cwd: import.meta.dirname,
        env: { ...process.env, INIT_CWD: folder },
        encoding: 'utf8',
      })

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

describe('the RPC', () => {
  test.each(['localhost:8545', 'ws://127.0.0.1:8545', 'mainnet', ''])('%j is refused as no URL', async (url) => {
    expect(await deploy('--rpc', url, '--key-file', 'key')).toEqual(
      refusedWith('What --rpc gives is no http or https URL: write for instance --rpc http://127.0.0.1:8545.'),
    )
  })

  test('at which nobody answers is named, without the part of its URL that may be secret', async () => {
    const server = await listen((_, response) => response.end())
    await close(server)

    expect(await deploy('--rpc', `${urlOf(server)}/v3/secret?key=secret`, '--key-file', 'key')).toEqual(
      refusedWith(`${urlOf(server)} does not answer as an RPC: the connection is refused.`),
    )
  })

  test.each([
    [404, '<html>', 'it answers with HTTP status 404'],
    [200, '<html>', 'its answer is not JSON-RPC'],
  ])('that answers with status %i and %s is told apart', async (status, body, reason) => {
    const server = await listen((_, response) => response.writeHead(status).end(body))

    const ended = await deploy('--rpc', urlOf(server), '--key-file', 'key')

    expect(ended).toEqual(refusedWith(`${urlOf(server)} does not answer as an RPC: ${reason}.`))
    await close(server)
  })

  test.each([
    ['{"jsonrpc":"2.0","id":1,"result":null}'],
    ['{"jsonrpc":"2.0","id":1,"result":"0x"}'],
    ['{"jsonrpc":"2.0","id":1}'],
    [''],
    ['[]'],
    ['null'],
  ])('that answers %j is told apart', async (body) => {
    const server = await listen((_, response) => response.end(body))

    const ended = await deploy('--rpc', urlOf(server), '--key-file', 'key')

    expect(ended.code).toBe(1)
    expect(ended.err).toMatch(/^http:\/\/127.0.0.1:\d+ does not answer as an RPC: its answer is not JSON-RPC.*\.\n$/u)
    await close(server)
  })

  test('that answers with an error has it passed on', async () => {
    const body = '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"project id is suspended"}}'
    const server = await listen((_, response) => response.end(body))

    const ended = await deploy('--rpc', urlOf(server), '--key-file', 'key')

    expect(ended).toEqual(refusedWith(`${urlOf(server)} answers with an error: project id is suspended.`))
    await close(server)
  })

  test('that never answers is told apart', async () => {
    const server = await listen(() => undefined)
    let err = ''

    const code = await runDeploy(['--rpc', urlOf(server), '--key-file', 'key'], {
      directory: folder,
      terminal: { input: new PassThrough(), output: new PassThrough() },
      print: async () => undefined,
      tell: (sentence) => {
        err += sentence
      },
      patienceInMs: 100,
    })

    expect({ code, err }).toEqual({ code: 1, err: `${urlOf(server)} does not answer within 0.1 s.` })
    await close(server)
  })

  test('that fails after its first answer is named, and that nothing was sent is told', async () => {
    let asked = 0
    const server = await listen((_, response) => {
      asked += 1
      if (asked === 1) response.end('{"jsonrpc":"2.0","id":1,"result":"0x7a69"}')
      else response.writeHead(500).end('secret')
    })

    const ended = await deploy('--rpc', urlOf(server), '--key-file', 'key')

    expect(ended).toEqual(
      refusedWith(
        `${urlOf(server)} does not answer as an RPC: it answers with HTTP status 500. Nothing was sent: the same command may be tried again.`,
      ),
    )
    await close(server)
  })

  test('of another chain is refused with both numbers', async () => {
    expect(await deployWith('--chain-id', '42161')).toEqual(
      refusedWith(`${anvil.url} is chain 31337, not chain 42161.`),
    )
  })
})

describe('the key file', () => {
  test('of somebody who cannot pay is refused with what there is and about what is needed', async () => {
    write('poor', `0x${'11'.repeat(32)}`)

    const { code, out, err } = await deployWith('--key-file', 'poor')

    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(
      /^0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A has 0 of the chain's coin, and deploying needs about 0\.\d+\.\n$/u,
    )
  })

  test('that is not there, or is a directory, is refused', async () => {
    expect(await deployWith('--key-file', 'no-key')).toEqual(
      refusedWith(`Cannot read ${join(folder, 'no-key')}: no such file or directory.`),
    )
    expect(await deployWith('--key-file', '.')).toEqual(refusedWith(`Cannot read ${folder}: it is a directory.`))
  })

  test.each(['0640', '0604', '0610', '0601', '0644', '0666'])(
    'of mode %s is refused, as others may use it',
    async (mode) => {
      const path = write('open', KEY, Number.parseInt(mode, 8))

      expect(await deployWith('--key-file', 'open')).toEqual(
        refusedWith(`Others than you may use ${path} (its mode is ${mode}): run "chmod 600 ${path}" first.`),
      )
    },
  )

  test('of mode 0400 is taken', async () => {
    write('closed', KEY, 0o400)

    expect(await deployWith('--key-file', 'closed')).toMatchObject({ code: 0 })
  })

  const whole = Keystore.encrypt(KEY, ...Keystore.pbkdf2({ password: 'open sesame', iterations: 16 }))

  test.each([
    ['nothing', ''],
    ['a word', 'secret'],
    ['half a key', KEY.slice(0, 40)],
    ['two keys', `${KEY}\n${KEY}`],
    ['the number zero', `0x${'00'.repeat(32)}`],
    ['a number beyond the curve', `0x${'ff'.repeat(32)}`],
    ['other JSON', '{"address":"0x00"}'],
    ['a list', '[]'],
    ['a keystore of another version', JSON.stringify({ ...whole, version: 1 })],
    ['a keystore without its ciphertext', JSON.stringify({ ...whole, crypto: { ...whole.crypto, ciphertext: '' } })],
    ['a keystore of another cipher', JSON.stringify({ ...whole, crypto: { ...whole.crypto, cipher: 'aes-128-cbc' } })],
    ['a keystore of another derivation', JSON.stringify({ ...whole, crypto: { ...whole.crypto, kdf: 'argon2' } })],
    [
      'a keystore without the parameters of its derivation',
      JSON.stringify({ ...whole, crypto: { ...whole.crypto, kdf: 'scrypt', kdfparams: { salt: '00' } } }),
    ],
  ])('that holds %s is refused', async (_, text) => {
    const path = write('malformed', text)
    write('password', 'open sesame\n')

    expect(await deployWith('--key-file', 'malformed', '--password-file', 'password')).toEqual(
      refusedWith(`${path} holds neither a private key (0x and 64 hex digits) nor a web3 keystore of version 3.`),
    )
  })

  test('that is encrypted is refused with a wrong password, and the password is not shown', async () => {
    const path = write('keystore.json', JSON.stringify(whole))
    write('password', 'open barley\n')

    expect(await deployWith('--key-file', 'keystore.json', '--password-file', 'password')).toEqual(
      refusedWith(`The password does not open ${path}.`),
    )
  })

  test('that is encrypted is refused when there is neither a password nor a terminal', async () => {
    const path = write('keystore.json', JSON.stringify(whole))

    expect(await deployWith('--key-file', 'keystore.json')).toEqual(
      refusedWith(`${path} is encrypted: give --password-file FILE, or run this in a terminal and be asked.`),
    )
  })

  test('is not tried with a password that others can read', async () => {
    write('keystore.json', JSON.stringify(whole))
    const path = write('password', 'open sesame\n', 0o644)

    expect(await deployWith('--key-file', 'keystore.json', '--password-file', 'password')).toEqual(
      refusedWith(`Others than you may use ${path} (its mode is 0644): run "chmod 600 ${path}" first.`),
    )
  })
})

describe('the output file', () => {
  test('that has no name is refused', async () => {
    expect(await deployTo('')).toEqual(refusedWith('--out gives no name of a file; --help shows all options.'))
  })

  test('that is a directory is refused', async () => {
    expect(await deployTo('.')).toEqual(refusedWith(`Cannot write ${folder}: it is a directory.`))
  })

  test('that is a device is refused, and stays one', async () => {
    expect(await deployTo('/dev/null')).toEqual(refusedWith('Cannot write /dev/null: it is no regular file.'))
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  test.each(['the file itself', 'a symbolic link', 'a hard link'])(
    'that is the key file or the password file, by %s, is refused, and the secret stays',
    async (way) => {
      const key = write('precious', `${KEY}\n`)
      const password = write('word', 'open sesame\n')
      const name = way === 'the file itself' ? '' : way.replaceAll(' ', '-')
      const out = (path: string): string => (name === '' ? path : `${path}-${name}`)
      if (name === 'a-symbolic-link') for (const path of [key, password]) symlinkSync(path, out(path))
      if (name === 'a-hard-link') for (const path of [key, password]) linkSync(path, out(path))
      const sentence = (path: string): string => `Cannot write ${out(path)}: it is the key file or the password file.`

      expect(await deployTo(out(key), '--key-file', 'precious')).toEqual(refusedWith(sentence(key)))
      expect(await deployTo(out(password), '--key-file', 'precious', '--password-file', 'word')).toEqual(
        refusedWith(sentence(password)),
      )

      expect(readFileSync(key, 'utf8')).toBe(`${KEY}\n`)
      expect(readFileSync(password, 'utf8')).toBe('open sesame\n')
    },
  )

  test.each([
    ['a text', 'my only copy'],
    ['nothing', ''],
    ['other JSON', '{"hub":"0x00"}'],
    ['null', 'null'],
  ])('that holds %s already is refused and kept', async (_, text) => {
    const path = write('mine', text)

    expect(await deployTo('mine')).toEqual(
      refusedWith(`Cannot write ${path}: it exists, and holds something else than addresses of a deployment.`),
    )

    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('that holds the addresses of an earlier deployment is replaced, a link to it stays a link', async () => {
    const { out } = await deployWith()
    const path = write('earlier.json', out.replace('31337', '1'))
    symlinkSync('earlier.json', join(folder, 'linked.json'))

    expect(await deployWith('--out', 'linked.json')).toMatchObject({ code: 0 })

    expect(readFileSync(path, 'utf8')).toBe(out)
    expect(lstatSync(join(folder, 'linked.json')).isSymbolicLink()).toBe(true)
  })

  test('that is a link to nothing is refused', async () => {
    symlinkSync('nothing', join(folder, 'dangling'))

    expect(await deployTo('dangling')).toEqual(
      refusedWith(`Cannot write ${join(folder, 'dangling')}: it is a link to nothing.`),
    )
  })

  test('in a directory where no file can be created is refused', async () => {
    const sentence = 'Cannot write /proc/market.json: no such file or directory.'

    expect(await deployWith('--out', '/proc/market.json')).toEqual(refusedWith(sentence))
  })

  test('that can no longer be written in the end has its addresses printed instead', async () => {
    mkdirSync(join(folder, 'brief'))
    const path = join(folder, 'brief/market.json')
    const removeFolder = (): void => {
      rmSync(join(folder, 'brief'), { recursive: true, force: true })
    }

    const args = ['--rpc', anvil.url, '--key-file', 'key', '--out', 'brief/market.json']
    const { code, out, err } = await deployWhile(removeFolder, ...args)

    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject(predictMarket({ owner: OWNER }))
    expect(err).toMatch(
      new RegExp(`\nCannot write ${path}: no such file or directory. The addresses are printed instead.\n$`, 'u'),
    )
  })
})

test.skipIf(!existsSync('/dev/full'))('addresses that cannot be printed end with exit code 1 and a sentence', () => {
  const args = ['--rpc', anvil.url, '--key-file', join(folder, 'key')]
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'deploy.ts'), ...args], {
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    encoding: 'utf8',
  })

  expect(status).toBe(1)
  expect(stderr).toMatch(
    /\nCannot write to standard output: no space is left. The market stands: the same command gives its addresses again.\n$/u,
  )
})

test.each(['--key-file', '--password-file', '--out'])(
  'a secret that is typed for %s is refused and never shown',
  async (option) => {
    const usual = ['--rpc', anvil.url, '--key-file', 'key']
    const words = 'test test test test test test test test test test test junk'
    for (const secret of [KEY, KEY.slice(2), ` ${KEY.toUpperCase().replace('X', 'x')}`, words]) {
      const ended = await deploy(...usual, option, secret)

      expect(ended).toEqual(
        refusedWith(
          `What ${option} gives is no path but looks like a secret itself: keep it in a file that you alone can read, and give the path of that. Whoever uses this machine may have seen it on the command line.`,
        ),
      )
    }
  },
)

test('a refused deployment leaves no file', async () => {
  await deployWith('--chain-id', '1', '--out', 'never.json')

  expect(existsSync(join(folder, 'never.json'))).toBe(false)
})

async function listen(answer: Parameters<typeof createServer>[1]): Promise<Server> {
  const server = createServer(answer)
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  urls.set(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return server
}

const urls = new Map<Server, string>()

function urlOf(server: Server): string {
  return urls.get(server) ?? ''
}

async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => {
    resolve()
  })
  server.closeAllConnections()
  await promise
}
