// The file into which a deployment writes its addresses.
import { spawnSync } from 'node:child_process'
import { existsSync, linkSync, lstatSync, mkdirSync, openSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { predictMarket } from '@iexec/chain'
import { describe, expect, test } from 'vitest'
import { KEY, OWNER, anvil, deploy, deployTo, deployWhile, deployWith, folder, refusedWith, write } from './testing.ts'

function removeFolder(): void {
  rmSync(join(folder, 'brief'), { recursive: true, force: true })
}

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
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, '../deploy.ts'), ...args], {
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
