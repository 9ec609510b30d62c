// What `reset` and `stop` leave alone: folders of others, and whoever starts a network at this moment.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { openAccounts } from '../folder/accounts.ts'
import { holdFolder } from '../folder/hold.ts'
import { openFolder, writeHabits } from '../folder/networkFolder.ts'
import { writeNote } from '../registry/note.ts'
import { reset } from './reset.ts'
import { stop } from './stop.ts'

let folder: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'network-reset-')), 'net')
  const said = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockReturnValue(true))
  onTestFinished(() => {
    for (const one of said) one.mockRestore()
    rmSync(join(folder, '..'), { recursive: true })
  })
})

function makeNetwork(): void {
  openFolder(folder)
  writeHabits(folder, { portBase: 9_000, workers: 1 })
  openAccounts(folder, 1)
}

test("reset removes nothing of a folder in which somebody else's folder.json lies", async () => {
  for (const name of ['keys', 'results']) mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, 'folder.json'), '{"title":"my things"}')
  writeFileSync(join(folder, 'keys/id_ed25519'), 'mine')
  writeFileSync(join(folder, 'results/thesis.txt'), 'mine')

  await expect(reset(['--yes', '--data-dir', folder])).rejects.toThrow('so nothing is removed there')
  expect([readdirSync(join(folder, 'keys')), readdirSync(join(folder, 'results'))]).toEqual([
    ['id_ed25519'],
    ['thesis.txt'],
  ])
})

test('while a start is under way that nobody can see yet, reset and stop say so and change nothing', async () => {
  makeNetwork()
  const letGo = holdFolder(folder)

  await expect(reset(['--yes', '--data-dir', folder])).rejects.toThrow(`A start is under way in ${folder}`)
  await expect(stop(['--data-dir', folder])).rejects.toThrow('A start is under way')
  expect(existsSync(join(folder, 'keys/faucet'))).toBe(true)
  letGo?.()
  expect(await stop(['--data-dir', folder])).toBe(0)
  expect(await reset(['--yes', '--data-dir', folder])).toBe(0)
  expect(existsSync(folder)).toBe(false)
})

test('of a registry that could not be ended, what says where it is stays until it can', async () => {
  makeNetwork()
  const running = { dockerHost: `unix://${join(folder, 'nobody.sock')}`, port: 9_005 }
  writeNote(folder, { image: 'registry:2', running })

  expect(await reset(['--yes', '--data-dir', folder])).toBe(1)
  expect(readdirSync(folder).toSorted()).toEqual(['folder.json', 'registry.json'])
  writeNote(folder, { image: 'registry:2', running: undefined })
  expect(await reset(['--yes', '--data-dir', folder])).toBe(0)
  expect(existsSync(folder)).toBe(false)
})
