// Logs stay small, and who writes or reads them notices nothing.
import { appendFileSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readFrom } from './logFile.ts'
import { trimLogs } from './logQuota.ts'

function newRoom(): string {
  const room = mkdtempSync(join(tmpdir(), 'network-logs-'))
  onTestFinished(() => {
    rmSync(room, { recursive: true })
  })
  return room
}

test('a log that is too large begins anew, its past stands beside it, and its writer goes on', () => {
  const room = newRoom()
  const log = join(room, 'keeper.log')
  const writer = openSync(log, 'a')
  writeSync(writer, '0123456789')

  trimLogs(room, 10)
  const whileSmall = readFileSync(log, 'utf8')
  writeSync(writer, 'X')
  trimLogs(room, 10)
  writeSync(writer, 'new')
  closeSync(writer)

  expect(whileSmall).toBe('0123456789')
  expect(readFileSync(`${log}.1`, 'utf8')).toBe('0123456789X')
  expect(readFileSync(log, 'utf8')).toBe('new')
})

test('a reader goes on where he was, and from the beginning when the log began anew', () => {
  const log = join(newRoom(), 'keeper.log')

  const absent = readFrom(log, 0)
  appendFileSync(log, 'one\ntwo\n')
  const first = readFrom(log, 4)
  const nothing = readFrom(log, first.end)
  rmSync(log)
  appendFileSync(log, 'three\n')

  expect([absent, first, nothing]).toEqual([
    { text: '', end: 0 },
    { text: 'two\n', end: 8 },
    { text: '', end: 8 },
  ])
  expect(readFrom(log, first.end)).toEqual({ text: 'three\n', end: 6 })
})
