// What changes while somebody looks, in a terminal and in a file.
import { PassThrough, type Readable } from 'node:stream'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openLive } from './live.ts'
import { openTerminal, type Format, type Terminal } from './terminal.ts'

type Screen = { readonly terminal: Terminal; readonly written: () => string }

type Kind = { readonly isTTY: boolean; readonly format?: Format; readonly rows?: number }

function openScreen({ isTTY, format = 'text', rows }: Kind): Screen {
  const errors = Object.assign(new PassThrough(), { isTTY, columns: 20, ...(rows !== undefined && { rows }) })
  const streams = { input: new PassThrough() as Readable, output: new PassThrough(), errors }
  const terminal = openTerminal({ format, isQuiet: false, streams })
  return { terminal, written: () => String(errors.read() ?? '') }
}

test('in a terminal, a view is drawn over the one before, with all rows of a line that is longer than the screen is wide', () => {
  const { terminal, written } = openScreen({ isTTY: true })
  const live = openLive(terminal)
  onTestFinished(live.end)

  live.show(() => ['one', 'a line that is longer than the screen'])
  live.show(() => ['two'])

  expect(written()).toBe('\r\u001B[Jone\na line that is longer than the screen\n\u001B[3A\r\u001B[Jtwo\n')
})

test('in a small terminal, the last lines that it has room for are drawn: what has left the screen cannot be drawn over', () => {
  const { terminal, written } = openScreen({ isTTY: true, rows: 4 })
  const live = openLive(terminal)
  onTestFinished(live.end)

  live.show(() => ['one', 'two', 'a line in two rows, of 30', 'four'])
  live.show(() => ['five', 'a line in three rows that has more than forty'])

  const first = 'a line in two rows, of 30\nfour'
  expect(written()).toBe(`\r\u001B[J${first}\n\u001B[3A\r\u001B[Ja line in three rows that has more than forty\n`)
})

test('in a terminal, time goes on within a view until it is ended', () => {
  vi.useFakeTimers()
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const { terminal, written } = openScreen({ isTTY: true })
  const live = openLive(terminal)

  live.show((later) => [`${10n - later} s`])
  vi.advanceTimersByTime(2000)
  live.end()
  vi.advanceTimersByTime(2000)

  expect(written()).toBe('\r\u001B[J10 s\n\u001B[1A\r\u001B[J9 s\n\u001B[1A\r\u001B[J8 s\n')
})

test('elsewhere, only what is new is appended, without anything that steers a terminal', () => {
  const { terminal, written } = openScreen({ isTTY: false })
  const live = openLive(terminal)

  live.show(() => ['deal 1', 'waiting'])
  live.show(() => ['deal 1', 'done'])
  live.end()

  expect(written()).toBe('deal 1\nwaiting\ndone\n')
})

test('programs hear nothing of it', () => {
  const { terminal, written } = openScreen({ isTTY: true, format: 'raw' })
  const live = openLive(terminal)

  live.show(() => ['deal 1'])
  live.end()

  expect(written()).toBe('')
})
