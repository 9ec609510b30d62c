// When the shell is built again, and that builders do not hurt each other. With vite itself, on a site of one page.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { buildWhenStale, type Workshop } from './shell.ts'

const VITE = join(import.meta.dirname, '../../../web/node_modules/vite')

function openWorkshop(): Workshop {
  const root = mkdtempSync(join(tmpdir(), 'iexec-shell-'))
  onTestFinished(() => {
    rmSync(root, { recursive: true, force: true })
  })
  mkdirSync(join(root, 'web/node_modules'), { recursive: true })
  symlinkSync(VITE, join(root, 'web/node_modules/vite'))
  mkdirSync(join(root, 'web/src'))
  writeFileSync(join(root, 'web/index.html'), '<!doctype html><script type="module" src="./src/main.js"></script>')
  writeFileSync(join(root, 'web/src/main.js'), 'document.title = "one"')
  return { root, sources: ['web/src', 'web/index.html'] }
}

function scriptOf({ root }: Workshop): string {
  const assets = join(root, 'web/dist/assets')
  return readdirSync(assets)
    .map((file) => readFileSync(join(assets, file), 'utf8'))
    .join('')
}

test('two who need the shell at once both get a whole one', async () => {
  const workshop = openWorkshop()

  const found = await Promise.all([buildWhenStale(workshop), buildWhenStale(workshop)])

  expect(new Set(found)).toEqual(new Set([join(workshop.root, 'web/dist')]))
  expect(scriptOf(workshop)).toContain('one')
})

test('it is built again when its sources have changed, and only then', async () => {
  const workshop = openWorkshop()
  const mark = join(await buildWhenStale(workshop), 'mark')
  writeFileSync(mark, '')
  await buildWhenStale(workshop)
  expect(readFileSync(mark, 'utf8')).toBe('')

  writeFileSync(join(workshop.root, 'web/src/main.js'), 'document.title = "another one"')
  await buildWhenStale(workshop)

  expect(scriptOf(workshop)).toContain('another one')
  expect(readdirSync(join(workshop.root, 'web/dist'))).not.toContain('mark')
})

test('a build that fails says why, and leaves the shell that is there', async () => {
  const workshop = openWorkshop()
  await buildWhenStale(workshop)
  const main = join(workshop.root, 'web/src/main.js')
  cpSync(main, `${main}.old`)
  writeFileSync(main, 'document.title = (')
  utimesSync(main, 1, 1)

  await expect(buildWhenStale(workshop)).rejects.toThrow('The pages of the site cannot be built: ')

  expect(scriptOf(workshop)).toContain('one')
})
