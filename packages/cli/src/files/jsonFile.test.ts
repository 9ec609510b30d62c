// JSON files as others find them: links, permissions, and several commands that change one at once.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { changingFile, readJsonFile, writeJsonFile } from './jsonFile.ts'

let root: string
let folder: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'iexec-json-'))
  folder = join(root, 'project')
  mkdirSync(folder)
  vi.stubEnv('HOME', root)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true, force: true })
})

/** Adds a number to a list of a file, five times. */
function adding(path: string, number: number): string {
  return `
    import { changingFile, readJsonFile, writeJsonFile } from ${JSON.stringify(join(import.meta.dirname, 'jsonFile.ts'))}
    const path = ${JSON.stringify(path)}
    for (let time = 0; time < 5; time += 1) {
      await changingFile(path, async () => writeJsonFile(path, [...(await readJsonFile(path)), ${number}]))
    }`
}

test('a link stays a link, and what it leads to is written', async () => {
  const [link, target] = [join(folder, 'deployed.json'), join(root, 'elsewhere.json')]
  writeFileSync(target, '{}')
  symlinkSync(target, link)

  await writeJsonFile(link, { app: 1 })

  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(JSON.parse(readFileSync(target, 'utf8'))).toEqual({ app: 1 })
  expect([readdirSync(folder), readdirSync(root).toSorted()]).toEqual([
    ['deployed.json'],
    ['elsewhere.json', 'project'],
  ])
})

test.each([
  { name: 'rw-------', mode: 0o600 },
  { name: 'rw-rw-r--', mode: 0o664 },
])('a file with the permissions $name keeps them', async ({ mode }) => {
  const path = join(folder, 'orders.json')
  writeFileSync(path, '{}')
  chmodSync(path, mode)

  await writeJsonFile(path, { changed: true })

  expect(statSync(path).mode & 0o777).toBe(mode)
})

test('of many processes that change a file at once, under two names, none loses what another wrote', async () => {
  const [path, link] = [join(folder, 'count.json'), join(root, 'link.json')]
  writeFileSync(path, '[]')
  symlinkSync(path, link)
  const children = [path, link, path].map((name, number) =>
    spawn(process.execPath, ['--input-type=module', '--eval', adding(name, number)], { stdio: 'inherit' }),
  )

  const exits = await Promise.all(children.map(async (child) => once(child, 'exit')))

  expect(exits.map(([code]) => code as unknown)).toEqual([0, 0, 0])
  const written = (await readJsonFile(path)) as readonly number[]
  expect(written.toSorted((one, other) => one - other)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2])
})

test('a file that another command holds on and on is named, and not changed', async () => {
  const path = join(folder, 'deployed.json')
  const [begun, held] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
  const holder = changingFile(path, async () => {
    begun.resolve(undefined)
    await held.promise
  })
  await begun.promise
  const change = vi.fn<() => Promise<void>>()

  const waiting = changingFile(path, change, 50)

  await expect(waiting).rejects.toMatchObject({
    code: 'BadFile',
    message: expect.stringContaining(`${path} cannot be`),
  })
  expect(change).not.toHaveBeenCalled()
  held.resolve(undefined)
  await holder
})

test('a home that cannot be written stops nobody who writes only into his project', async () => {
  const path = join(folder, 'deployed.json')
  vi.stubEnv('HOME', '/dev/null')

  await changingFile(path, async () => writeJsonFile(path, { app: 1 }))

  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ app: 1 })
})
