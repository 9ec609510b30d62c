// A log that parts of a network write and people read.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openLog, readFrom } from './logFile.ts'

test('what is written is read, line by line with its time, and from where it was read last', () => {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-log-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const file = join(folder, 'logs/chain.log')
  const write = openLog(file)

  write('block 1')
  const { text, end } = readFrom(file, 0)
  write('block 2')

  expect(text).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z block 1\n$/u)
  expect(readFrom(file, end).text).toMatch(/^\S+Z block 2\n$/u)
})

test('a log that cannot be written any more costs its lines alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-log-'))
  const write = openLog(join(folder, 'logs/chain.log'))
  rmSync(folder, { recursive: true })

  write('block 1')

  expect(readFrom(join(folder, 'logs/chain.log'), 0).text).toBe('')
})
