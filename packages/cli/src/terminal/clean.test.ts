// What strangers wrote, on its way to a terminal: as text, as JSON, as progress and as a failure.
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { CliError } from '../cliError.ts'
import { renderFailure, renderOutcome } from '../render.ts'
import { openTerminal, type Format, type Terminal } from './terminal.ts'

const HOSTILE = 'a\u001B[2J\u0007b\r\u009B31mc\u202Ed\u2066'
const SHOWN = 'a [2J b  31mc d '
/** Everything that steers; ends of lines are ours. */
const STEERS = new RegExp(String.raw`[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]`, 'u')

function read(stream: PassThrough): string {
  return String(stream.read() ?? '')
}

function open(format: Format): { readonly terminal: Terminal; readonly printed: () => string } {
  const streams = { input: new PassThrough(), output: new PassThrough(), errors: new PassThrough() }
  return {
    terminal: openTerminal({ format, isQuiet: false, streams }),
    printed: () => read(streams.output) + read(streams.errors),
  }
}

test('no line of an outcome, of progress or of a failure steers the terminal', () => {
  const { terminal, printed } = open('text')

  renderOutcome({ raw: {}, text: [HOSTILE], failures: [HOSTILE] }, terminal)
  terminal.say(HOSTILE)
  terminal.warn(HOSTILE)
  renderFailure(new CliError('BadFile', HOSTILE, { hints: [HOSTILE] }), terminal, 'iexec')

  const lines = printed().split('\n')
  expect(lines).toEqual([SHOWN, SHOWN, SHOWN, SHOWN, SHOWN, `  ${SHOWN}`, ''])
})

test.each(['raw', 'json'] as const)('--%s escapes what steers, and its readers get all of it', (format) => {
  const { terminal, printed } = open(format)

  renderOutcome({ raw: { name: HOSTILE }, text: [] }, terminal)

  const json = printed()
  expect(json).not.toMatch(STEERS)
  expect(JSON.parse(json)).toEqual({ ok: true, name: HOSTILE })
})

test('tabs and the lines of a longer text stay', () => {
  const { terminal, printed } = open('text')

  renderOutcome({ raw: {}, text: ['one\ttwo\nthree'] }, terminal)

  expect(printed()).toBe('one\ttwo\nthree\n')
})
