// iexec app check and test: an app is tried by the worker's package, where a project has it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDesk, type Desk } from '../iexec.ts'
import { installWorker } from '../outer.ts'

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

test('a module is checked and tried; its result is in a folder, with the digest that workers would vote for', async () => {
  const desk = openProject()
  installWorker(desk)

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

test.each<{ line: readonly string[]; says: string }>([
  { line: ['absent.wasm'], says: 'There is no file' },
  // A mistake of the call, and none that workers would vote for.
  { line: ['nothing.wasm', '--input-file', 'absent.csv'], says: 'There is no file' },
  { line: ['nothing.wasm', '--seconds', 'nonsense'], says: 'It is not a whole number from 1 to 10000000.' },
])('app test $line is refused with 2, and nothing is run: $says', async ({ line, says }) => {
  const desk = openProject()
  installWorker(desk)

  const { exitCode, out, errors } = await desk.iexec(['app', 'test', ...line, '--out', 'second'])

  expect(exitCode).toBe(2)
  expect(errors).toContain(says)
  expect(out).toBe('')
  expect(existsSync(join(desk.folder, 'second'))).toBe(false)
})
