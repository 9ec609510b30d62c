// Whatever is typed wrong ends with 2, and what failed with 1.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { CommanderError } from 'commander'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { formOf } from './form.ts'
import { workerCommand } from './options.ts'
import { readOptions, readSettings } from './read.ts'
import { tellFailure, UsageError } from './usage.ts'

let said: string[]
beforeEach(() => {
  said = []
  vi.spyOn(console, 'error').mockImplementation((line: string) => said.push(line))
})
afterEach(() => {
  vi.restoreAllMocks()
})

const ADDRESS = `0x${'1'.repeat(40)}`
const NODE = ['--rpc', 'http://127.0.0.1:8545']

/** Why a line is refused; its settings are read in a folder without chain.json. */
async function refusalOf(line: readonly string[]): Promise<unknown> {
  const command = workerCommand('start', '').configureOutput({ writeErr: (text) => said.push(text) })
  return (async () => readSettings(readOptions(line, command), import.meta.dirname))().catch((error: unknown) => error)
}

test.each([
  ['--pool', '0x12'],
  ['--rpc', 'nonsense'],
  ['--ws', 'http://127.0.0.1:1'],
  ['--hub', '0x12'],
  ['--market', 'nonsense'],
  ['--scheduler', 'nonsense'],
  ['--storage', 'nonsense'],
  ['--ipfs-gateway', 'nonsense'],
  ['--max-stake', 'much'],
  ['--max-fee-per-gas', '-1'],
  ['--places', '0'],
  ['--name', ''],
  ['--docker-host', 'nonsense'],
  ['--docker-host', 'tcp://'],
  ['--retention', 'for ever'],
  ['--polling', '1'],
  ['--rpc-timeout', '0'],
  ['--port', '65536'],
  ['--log-level', 'loud'],
  ['--nonsense', '1'],
  ['nonsense', 'more'],
])('%s %s cannot be used: its parser says why, once, and the exit code is 2', async (...line) => {
  const refusal = await refusalOf([...NODE, '--hub', ADDRESS, ...line])

  expect(refusal).toBeInstanceOf(CommanderError)
  expect([tellFailure(refusal), said.join('').match(/error: /gu)]).toEqual([2, ['error: ']])
})

test.each([
  [[], 'No node was named: give --chain or --rpc.'],
  [NODE, 'No hub was named: give --chain or --hub.'],
  [['--chain', 'nowhere'], /^No chain "nowhere" is known/u],
])('%j lacks something: it is said what, and the exit code is 2', async (line, says) => {
  const code = tellFailure(await refusalOf(line))

  expect(code).toBe(2)
  expect(said).toEqual([expect.stringMatching(says)])
})

test.each([['unix:///var/run/docker.sock'], ['unix:'], ['tcp://host:2376'], ['https://host']])(
  '%s is where an engine may listen',
  async (host) => {
    const settings = await refusalOf([...NODE, '--hub', ADDRESS, '--docker-host', host])

    expect(settings).toMatchObject({ options: { dockerHost: host } })
  },
)

test('help ends with 0, and work that failed with 1 and its sentence', async () => {
  const help = new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)')

  const codes = [tellFailure(help), tellFailure(new Error('The disk is full.'))]

  expect(codes).toEqual([0, 1])
  expect(said).toEqual(['The disk is full.'])
})

test.each([
  [new UsageError('No node was named.'), 'Usage', 2],
  [new CommanderError(1, 'commander.unknownOption', "error: unknown option '--x'"), 'Usage', 2],
  [new Error('The disk is full.'), 'Failed', 1],
])('%s is told to programs as JSON, with its code, and nothing else is said', (error, code, exitCode) => {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const errors = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const [command, message] = ['iexec worker drain', error.message.replace('error: ', '')]

  const codes = [['--json'], ['--raw']].map((args) => tellFailure(error, { command, args }))

  expect(codes).toEqual([exitCode, exitCode])
  expect(out.mock.calls.map(([text]) => JSON.parse(String(text)) as unknown)).toEqual([
    { ok: false, command, error: { code, message, hints: [], details: {} } },
  ])
  expect(errors.mock.calls.map(([text]) => JSON.parse(String(text)) as unknown)).toEqual([
    { ok: false, command, error: { name: code, message } },
  ])
  expect(said).toEqual([])
})

test('what stands behind -- asks for no form, and the environment may', () => {
  expect(['--json', '--raw', '--', '--quiet'].map((word) => formOf([word], {}))).toEqual([
    'json',
    'raw',
    'text',
    'text',
  ])
  expect(formOf(['--', '--json'], {})).toBe('text')
  expect(formOf([], { WORKER_JSON: 'true' })).toBe('json')
})

test('a file of settings that asks for JSON has failures told in JSON, too', () => {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-form-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const [asks, asksNot, broken] = ['asks.json', 'asksNot.json', 'broken.json'].map((name) => join(folder, name))
  writeFileSync(asks ?? '', '{ "json": true, "places": 0 }')
  writeFileSync(asksNot ?? '', '{ "json": false }')
  writeFileSync(broken ?? '', '{ "json": true')

  expect([asks, asksNot, broken, '/nowhere'].map((file) => formOf(['--config', file ?? ''], {}))).toEqual([
    'json',
    'text',
    'text',
    'text',
  ])
  expect(formOf([`--config=${asks ?? ''}`], {})).toBe('json')
  expect(formOf([], { WORKER_CONFIG: asks })).toBe('json')
})
