// What can be the folder of a network, and what becomes of it.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keyFile, openAccounts } from './accounts.ts'
import { clearFolder, folderNamed, isNetworkFolder, openFolder, writeHabits } from './networkFolder.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'network-folder-'))
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

test('a network has a folder in the home by its name, or the one that was named', () => {
  expect(folderNamed({ name: 'local' })).toBe(join(homedir(), '.iexec/networks/local'))
  expect(folderNamed({ name: 'local', dataDir: '/data/one' })).toBe('/data/one')
})

test('a new folder is made, for its owner alone; afterwards it remembers how the network was started', () => {
  const folder = join(root, 'some/where')

  expect(openFolder(folder)).toBeUndefined()
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  writeHabits(folder, { portBase: 9_000, workers: 5 })
  expect(openFolder(folder)).toEqual({ portBase: 9_000, workers: 5 })
})

test.each([
  { what: 'a file', where: 'file', says: 'a file has this name' },
  { what: 'a place below a file', where: 'file/below', says: 'a file has this name' },
  { what: 'a folder with something else in it', where: 'foreign', says: 'is not empty: it holds letters' },
  { what: 'a folder of a later version', where: 'later', says: 'was written by a later version (layout 2' },
  { what: 'a folder whose file is broken', where: 'broken', says: 'iexec network reset begins the network anew' },
  { what: "a folder with somebody else's folder.json", where: 'others', says: 'is not that of a network' },
  { what: "a folder with somebody else's keys", where: 'keyring', says: 'is not empty: it holds keys' },
])('$what is refused in one sentence', ({ where, says }) => {
  for (const name of ['foreign/letters', 'later', 'broken', 'others', 'keyring/keys'])
    mkdirSync(join(root, name), { recursive: true })
  writeFileSync(join(root, 'file'), '')
  writeFileSync(join(root, 'later/folder.json'), '{"layout":2}')
  writeFileSync(join(root, 'broken/folder.json'), '{"layout":')
  writeFileSync(join(root, 'others/folder.json'), '{"title":"photos"}')
  mkdirSync(join(root, 'others/photos'))
  writeFileSync(join(root, 'keyring/keys/id_ed25519'), '')

  expect(() => openFolder(join(root, where))).toThrow(says)
})

test.runIf(process.platform === 'linux')('a place where nothing can be written is refused in one sentence', () => {
  expect(() => openFolder('/proc/network')).toThrow(
    /^\/proc\/network cannot be the folder of a network: .+ --data-dir\.$/u,
  )
})

test('everybody has a key of his own, which stays the same and is his alone', () => {
  const accounts = openAccounts(root, 2)

  expect(accounts.map(({ role }) => role)).toEqual([
    'faucet',
    'app-owner',
    'requester',
    'pool-owner',
    'keeper',
    'worker-1',
    'worker-2',
  ])
  expect(new Set(accounts.map(({ address }) => address)).size).toBe(accounts.length)
  expect(statSync(keyFile(root, 'faucet')).mode & 0o777).toBe(0o600)
  expect(openAccounts(root, 3).slice(0, accounts.length)).toEqual(accounts)
})

test('clearing removes what a network made, and nothing else', () => {
  const folder = join(root, 'net')
  openFolder(folder)
  writeHabits(folder, { portBase: 9_000, workers: 1 })
  openAccounts(folder, 1)
  mkdirSync(join(folder, 'worker-12/deep'), { recursive: true })
  writeFileSync(join(folder, 'notes.txt'), 'mine')

  expect(isNetworkFolder(folder)).toBe(true)
  clearFolder(folder)
  expect(readdirSync(folder)).toEqual(['notes.txt'])
  rmSync(join(folder, 'notes.txt'))
  clearFolder(folder)
  expect(existsSync(folder)).toBe(false)
})

test.each([
  ['of somebody else', '{"title":"my things"}', false],
  ['that nobody can read', '{"title":', false],
  ['with half of what a network writes', '{"layout":1,"portBase":8545}', false],
  ['of a network', '{"layout":1,"portBase":8545,"workers":3}', true],
])(
  'beside keys and results of somebody, a folder.json %s makes a folder that of a network or not',
  (_, about, isOne) => {
    for (const name of ['keys', 'results', 'web']) mkdirSync(join(root, name))
    writeFileSync(join(root, 'folder.json'), about)
    writeFileSync(join(root, 'keys/id_ed25519'), 'mine')
    writeFileSync(join(root, 'results/thesis.txt'), 'mine')

    expect(isNetworkFolder(root)).toBe(isOne)
  },
)

test('a network whose folder.json is broken is one, and its unfinished files are cleared, but those of others are not', () => {
  const folder = join(root, 'net')
  openFolder(folder)
  writeHabits(folder, { portBase: 9_000, workers: 1 })
  openAccounts(folder, 1)
  writeFileSync(join(folder, 'folder.json'), '{"lay')
  writeFileSync(join(folder, 'head.json.part'), '{')

  expect(isNetworkFolder(folder)).toBe(true)
  writeFileSync(join(folder, 'film.part'), 'half a film')
  expect(isNetworkFolder(folder)).toBe(false)
  clearFolder(folder)
  expect(readdirSync(folder)).toEqual(['film.part'])
})

test('a key that nobody can read names its file and what to do, whatever was left of it', () => {
  openAccounts(root, 1)
  for (const left of ['', '0x12', `0x${'0'.repeat(64)}`]) {
    writeFileSync(keyFile(root, 'requester'), left)

    expect(() => openAccounts(root, 1)).toThrow(/keys\/requester holds no private key .+ iexec network reset\.$/u)
  }
})

test('a key that was not written to its end is made again', () => {
  mkdirSync(join(root, 'keys'))
  writeFileSync(`${keyFile(root, 'faucet')}.part`, '0x12')

  expect(openAccounts(root, 1)).toHaveLength(6)
  expect(readdirSync(join(root, 'keys')).filter((name) => name.endsWith('.part'))).toEqual([])
})

test('a chain is not given another faucet, but its further workers get their keys', () => {
  const [faucet] = openAccounts(root, 1)
  mkdirSync(join(root, 'chain'))
  writeFileSync(join(root, 'chain/state.json.gz'), '')

  expect(openAccounts(root, 2)[0]).toEqual(faucet)
  rmSync(keyFile(root, 'faucet'))
  expect(() => openAccounts(root, 2)).toThrow(/keys\/faucet is missing, .+ iexec network reset\.$/u)
  expect(existsSync(keyFile(root, 'faucet'))).toBe(false)
})
