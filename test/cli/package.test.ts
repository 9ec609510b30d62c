// The package as people install it: built, packed, put into an empty prefix, and used from there.
import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addressOf, startHouse, type House } from '../house.ts'
import { openDesk, type Desk } from '../iexec.ts'

const ROOM = join(import.meta.dirname, '../../packages/cli')

let prefix: string
let house: House
let desk: Desk
beforeAll(async () => {
  prefix = mkdtempSync(join(tmpdir(), 'iexec-prefix-'))
  // runs: npx -y pnpm@12.21.0 --filter iexec build
  execFileSync(process.execPath, ['scripts/build.ts'], { cwd: ROOM })
  // runs: npm pack ./packages/cli/dist
  execFileSync('npm', ['pack', join(ROOM, 'dist'), '--pack-destination', prefix], { stdio: 'ignore' })
  // runs: npm install -g ./iexec-0.1.0.tgz
  execFileSync('npm', ['install', '-g', '--offline', '--prefix', prefix, tarball()], { stdio: 'ignore' })
  house = await startHouse()
  desk = openDesk(house.chain)
})
afterAll(async () => {
  desk.clear()
  rmSync(prefix, { recursive: true, force: true })
  await house.stop()
})

function tarball(): string {
  const [name] = readdirSync(prefix).filter((file) => file.endsWith('.tgz'))
  return join(prefix, name ?? '')
}

function installed(): string {
  return join(prefix, 'lib/node_modules/iexec')
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}

/** As `iexec …` from a shell whose PATH has the prefix. */
function iexec(...args: readonly string[]): string {
  return execFileSync(join(prefix, 'bin/iexec'), args, {
    cwd: desk.folder,
    // The node that this test runs under, and nothing else of this machine.
    env: { HOME: desk.home, PATH: dirname(process.execPath) },
    encoding: 'utf8',
  })
}

/** The packages around the command, as README.md brings them from a clone. */
function linkPackages(): void {
  const scope = join(prefix, 'lib/node_modules/@iexec')
  // runs: mkdir -p "$(npm prefix -g)/lib/node_modules/@iexec"
  mkdirSync(scope)
  // runs: ln -sfn "$PWD/services/worker" "$(npm prefix -g)/lib/node_modules/@iexec/worker"
  symlinkSync(join(ROOM, '../../services/worker'), join(scope, 'worker'))
  // runs: ln -sfn "$PWD/network" "$(npm prefix -g)/lib/node_modules/@iexec/network"
  symlinkSync(join(ROOM, '../../network'), join(scope, 'network'))
  // runs: ln -sfn "$PWD/store" "$(npm prefix -g)/lib/node_modules/@iexec/store"
  symlinkSync(join(ROOM, '../../store'), join(scope, 'store'))
}

test('the package needs no other one, and weighs at most 10 MB', () => {
  const manifest = JSON.parse(readFileSync(join(installed(), 'package.json'), 'utf8')) as Readonly<
    Record<string, unknown>
  >

  expect(Object.keys(manifest).filter((key) => /dependencies|scripts/iu.test(key))).toEqual([])
  expect(readdirSync(join(prefix, 'lib/node_modules'))).toEqual(['iexec'])
  expect(sizeOf(installed())).toBeLessThan(10_000_000)
})

test('it carries the licence of everything in it', () => {
  const text = readFileSync(join(installed(), 'THIRD-PARTY-LICENSES.txt'), 'utf8')

  for (const name of ['viem', 'commander', '@noble/hashes']) expect(text).toContain(`\n${name} `)
})

test('it says its version, reads a real chain, and shows its help', () => {
  // runs: iexec --version
  expect(iexec('--version')).toBe('0.1.0\n')
  expect(JSON.parse(iexec('account', 'show', addressOf(5), '--raw'))).toEqual({
    ok: true,
    balance: { stake: '0', locked: '0' },
  })
  expect(iexec('account', '--help')).toContain('iexec account')
})

test('with links to the packages of a clone beside it, it runs workers, tries apps, and knows networks, registries and stores', () => {
  linkPackages()
  // A memory, and a function that does nothing, exported as `_start`.
  const module = '0061736d01000000010401600000030201000503010001071302066d656d6f72790200065f737461727400000a040102000b'
  writeFileSync(join(desk.folder, 'nothing.wasm'), Buffer.from(module, 'hex'))

  // runs: iexec worker
  expect(iexec('worker')).toContain('start      join a workerpool')
  expect(JSON.parse(iexec('app', 'check', 'nothing.wasm', '--raw'))).toMatchObject({ ok: true })
  expect(iexec('network', 'start', '--help')).toContain('--port-base')
  expect(iexec('registry', 'validate', '--help')).toContain('--offline')
  expect(iexec('store', 'build', '--help')).toContain('--listings')
})
