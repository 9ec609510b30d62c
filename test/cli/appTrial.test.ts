// iexec app check and test: an app is tried by the worker's package, where a project has it.
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished, expect, test } from 'vitest'
import { openDesk, type Desk } from '../iexec.ts'

/** A memory, and a function that does nothing, exported as `_start`. */
const NOTHING = Buffer.from(
  '0061736d01000000010401600000030201000503010001071302066d656d6f72790200065f737461727400000a040102000b',
  'hex',
)

function openProject(): Desk {
  const desk = openDesk()
  onTestFinished(desk.clear)
  writeFileSync(join(desk.folder, 'nothing.wasm'), NOTHING)
  return desk
}

/** As `npm install @iexec/worker` does. */
function install({ folder }: Desk): void {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies: { '@iexec/worker': '0.1.0' } }))
  mkdirSync(join(folder, 'node_modules/@iexec'), { recursive: true })
  symlinkSync(join(import.meta.dirname, '../../services/worker'), join(folder, 'node_modules/@iexec/worker'))
}

test('a module is checked and tried; its result is in a folder, with the digest that workers would vote for', async () => {
  const desk = openProject()
  install(desk)

  const checked = await desk.raw(['app', 'check', 'nothing.wasm'])
  const tried = await desk.iexec(['app', 'test', 'nothing.wasm', '--args', '--fast', '--out', 'first'])

  expect(checked).toMatchObject({ ok: true, report: { kind: 'deterministic' }, refusals: [] })
  const { digest } = checked['report'] as { readonly digest: string }
  expect(tried).toMatchObject({ exitCode: 0, out: expect.stringContaining(digest) as string })
  expect(existsSync(join(desk.folder, 'first/result/stdout.txt'))).toBe(true)
  expect(readFileSync(join(desk.folder, 'first/result.zip')).length).toBeGreaterThan(0)
})

test('without the package it is said what installs it', async () => {
  const desk = openProject()

  const { exitCode, errors } = await desk.iexec(['app', 'check', 'nothing.wasm'])

  expect(exitCode).toBe(1)
  expect(errors).toContain('iexec app check needs the package @iexec/worker, and it is not installed.')
  expect(errors).toContain('npm install -g @iexec/worker')
})

test('what cannot be tried ends with another exit code than 0', async () => {
  const desk = openProject()
  install(desk)

  const { exitCode, errors } = await desk.iexec(['app', 'test', 'absent.wasm'])

  expect(exitCode).toBe(1)
  expect(errors).toContain(`There is no file ${join(desk.folder, 'absent.wasm')}`)
})

test('an input that is not there is a mistake of the call, and none that workers would vote for', async () => {
  const desk = openProject()
  install(desk)

  const tried = await desk.iexec(['app', 'test', 'nothing.wasm', '--input-file', 'absent.csv', '--out', 'second'])

  expect(tried).toMatchObject({ exitCode: 1, out: expect.not.stringContaining('Workers would vote') as string })
  expect(tried.errors).toContain(`There is no file ${join(desk.folder, 'absent.csv')}`)
  expect(existsSync(join(desk.folder, 'second'))).toBe(false)
})
