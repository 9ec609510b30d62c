// Which file is run as a part of the command: never one that a stranger put above the current folder.
import { chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { findOuterPackage, globalShelves, type Found, type Places } from './outerPackage.ts'

const STORE = { name: 'store', packageName: '@iexec/store', summary: '' }
const NAMING = { devDependencies: { '@iexec/store': '1.0.0' } }

let root: string
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'iexec-outer-')))
  onTestFinished(() => {
    rmSync(root, { recursive: true, force: true })
  })
})

function write(path: string, content: object | string): string {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

/** Puts the package into a node_modules, and says which file of it is to be run. */
function install(shelf: string): string {
  write(`${shelf}/@iexec/store/package.json`, { bin: './main.js' })
  return write(`${shelf}/@iexec/store/main.js`, '')
}

/** The command is installed globally, and called in `shared/project/deep`. */
function find(places: Partial<Places> = {}): Found {
  const beside = write('prefix/lib/node_modules/iexec/dist/run.js', '')
  write('prefix/lib/node_modules/iexec/package.json', {})
  const folder = join(root, 'shared/project/deep')
  mkdirSync(folder, { recursive: true })
  return findOuterPackage(STORE, { folder, beside, shelves: [], user: process.getuid?.(), ...places })
}

/** Somebody else than who owns what this test writes. As root it can be given away, else another user looks. */
function give(...paths: readonly string[]): number {
  const user = process.getuid?.() ?? 0
  if (user !== 0) return user + 1
  for (const path of paths) chownSync(join(root, path), 4242, 4242)
  return user
}

test('a package in a node_modules above the current folder is not run when no project there names it', () => {
  install('shared/node_modules')
  write('shared/package.json', { name: 'other' })

  expect(find()).toEqual({})
})

test('a package above the node_modules where the command stands is not run', () => {
  install('prefix/node_modules')
  install('node_modules')

  expect(find()).toEqual({})
})

test('the package beside the command goes before a global one, and that before the one of the project', () => {
  write('shared/project/package.json', NAMING)
  const ofProject = install('shared/project/node_modules')
  const shelves = [join(root, 'global')]

  expect(find({ shelves }).file).toBe(ofProject)
  const ofAll = install('global')
  expect(find({ shelves }).file).toBe(ofAll)
  const ofCommand = install('prefix/lib/node_modules')
  expect(find({ shelves }).file).toBe(ofCommand)
})

test('a project that names the package has it in its own folder or below, also behind a link of pnpm', () => {
  write('shared/project/package.json', NAMING)
  write('shared/project/deep/package.json', 'no JSON')
  const kept = install('shared/project/node_modules/.pnpm/store/node_modules')
  mkdirSync(join(root, 'shared/project/node_modules/@iexec'))
  symlinkSync(dirname(kept), join(root, 'shared/project/node_modules/@iexec/store'))

  expect(find().file).toBe(kept)
  const nearer = install('shared/project/deep/node_modules')
  expect(find().file).toBe(nearer)
})

test('in a clone of its source the command finds the package that the root names, wherever it is called', () => {
  write('clone/package.json', NAMING)
  const beside = write('clone/packages/cli/src/run.ts', '')
  write('clone/packages/cli/package.json', {})
  const ofClone = install('clone/node_modules')

  expect(find({ beside }).file).toBe(ofClone)
  expect(find({ beside, user: give('clone/node_modules') })).toEqual({
    strangers: join(root, 'clone/node_modules/@iexec/store'),
  })
})

test
  .skipIf(process.getuid === undefined)
  .each([
    'shared/package.json',
    'shared/node_modules',
    'shared/node_modules/@iexec/store',
    'shared/node_modules/@iexec/store/main.js',
  ])('a project of which %s belongs to somebody else is not run, and that is said', (path) => {
  write('shared/package.json', NAMING)
  install('shared/node_modules')

  expect(find({ user: give(path) })).toEqual({ strangers: join(root, 'shared/node_modules/@iexec/store') })
})

test('npm has global packages in lib on Unix, and without it on Windows', () => {
  const windows = { platform: 'win32', execPath: 'C:\\node\\node.exe' } as const

  expect(globalShelves({ platform: 'linux', env: {}, execPath: '/usr/bin/node' })).toEqual(['/usr/lib/node_modules'])
  expect(globalShelves({ platform: 'linux', env: { npm_config_prefix: '/p' }, execPath: '/usr/bin/node' })[0]).toBe(
    '/p/lib/node_modules',
  )
  expect(globalShelves({ ...windows, env: { APPDATA: 'C:\\me' } })).toEqual([
    'C:\\me\\npm\\node_modules',
    'C:\\node\\node_modules',
  ])
})

test('a prefix that depends on the current folder is not looked at', () => {
  const env = { npm_config_prefix: 'here' }

  expect(globalShelves({ platform: 'linux', env, execPath: '/usr/bin/node' })).toEqual(['/usr/lib/node_modules'])
})
