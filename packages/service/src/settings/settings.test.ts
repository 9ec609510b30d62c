// What an operator may say, where, and what is told when it is wrong.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { serviceCommand } from './command.ts'
import { setting, whole } from './option.ts'
import { readSettings, type CommonSettings } from './readSettings.ts'
import { prefixOf, strayVariables } from './text.ts'

type Own = { readonly batch: number; readonly eager?: boolean; readonly prices?: readonly number[] }

const HUB = '0x098bFCb1E50ebcA0BaA92C12eA0c3F045A1aD9f0'
const least = ['--rpc', 'http://127.0.0.1:8545', '--hub', HUB]

function testCommand(): Command {
  const facts = { name: 'iexec-test', prefix: 'TEST', description: 'It tests.', version: '1.2.3', port: 4000 }
  return serviceCommand({ ...facts, folder: 'test' })
    .addOption(setting('TEST', '--batch <number>', 'how many').argParser(whole(1, 9)).default(5))
    .addOption(setting('TEST', '--eager', 'at once'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined })
}

test('the name of a variable has the digits of its option', () => {
  expect(setting('TEST', '--s3-region <name>', 'where').envVar).toBe('TEST_S3_REGION')
})

function read(...args: readonly string[]): CommonSettings & Own {
  return readSettings<Own>(args, testCommand(), { prices: z.array(z.number()) })
}

function file(content: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'service-settings-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const path = join(folder, 'test.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

afterEach(() => {
  vi.unstubAllEnvs()
})

test('a node and a hub are enough', () => {
  expect(read(...least)).toMatchObject({
    rpcUrls: ['http://127.0.0.1:8545'],
    wsUrl: undefined,
    hub: HUB,
    pollingMs: 250,
    rpcTimeoutMs: 10_000,
    rateLimit: { requests: 100, windowMs: 60_000 },
    host: '127.0.0.1',
    port: 4000,
    batch: 5,
    logLevel: 'info',
  })
  expect(read(...least).database).toMatch(/\.iexec.test$/u)
})

test('an option wins over the environment, and both over the file', () => {
  vi.stubEnv('TEST_PORT', '4001')
  vi.stubEnv('TEST_HOST', '0.0.0.0')
  const path = file({ port: 4002, host: '::1', batch: 7, rpcTimeout: 3 })

  const settings = read(...least, '--config', path, '--port', '4003')

  expect(settings).toMatchObject({ port: 4003, host: '0.0.0.0', batch: 7, rpcTimeoutMs: 3_000 })
})

test('a file may hold all settings, and those that only a file can hold', () => {
  const path = file({ rpc: ['http://a.example', 'http://b.example'], hub: HUB, eager: true, prices: [1, 2] })

  expect(read('--config', path)).toMatchObject({
    rpcUrls: ['http://a.example', 'http://b.example'],
    eager: true,
    prices: [1, 2],
  })
})

test('an empty variable is one that is not set', () => {
  vi.stubEnv('TEST_PORT', ' ')
  vi.stubEnv('TEST_WS', '')

  expect(read(...least)).toMatchObject({ port: 4000, wsUrl: undefined })
})

test.each([
  [[], 'No node was named: give --rpc, TEST_RPC, or "rpc" in the file.'],
  [['--rpc', 'http://127.0.0.1:8545'], 'No hub was named: give --hub, TEST_HUB, or "hub" in the file.'],
  [[...least, '--port', '65536'], "'65536' is invalid. It is not a whole number from 0 to 65535."],
  [[...least, '--database', 'mysql://me:secret@db'], /^(?!.*secret)error: option '--database <place>' is invalid/u],
  [[...least, '--batch', '10'], 'It is not a whole number from 1 to 9.'],
  [[...least, '--colour'], "unknown option '--colour'"],
  [[...least, '--config', '/nowhere/test.json'], '/nowhere/test.json cannot be read'],
])('what is wrong is said: %j', (args, sentence) => {
  expect(() => read(...args)).toThrow(sentence)
})

test.each([
  ['{', 'cannot be read: it is not valid JSON.'],
  [[], 'it must hold settings'],
  [{ prot: 1 }, 'prot is no setting; those are rpc, ws, hub, '],
  [{ config: 'a' }, 'config is no setting'],
  [{ port: 70_000 }, 'port is wrong: It is not a whole number from 0 to 65535.'],
  [{ port: { a: 1 } }, 'port is wrong: It is neither a text nor a number.'],
  [{ rpc: 'http://a.example' }, 'rpc is wrong: It is not a list.'],
  [{ host: ['a'] }, 'host is wrong: It is a list; one value is wanted.'],
  [{ eager: 'yes' }, 'eager is wrong: It is not true or false.'],
  [{ database: 'mysql://me:secret@db' }, /^(?!.*secret)/u],
  [{ logLevel: 'loud' }, 'logLevel is wrong: Allowed choices are debug, info'],
  [{ prices: [1, 'a'] }, 'prices is wrong: at 1, Invalid input: expected number'],
])('what is wrong in a file is said without its texts: %j', (content, sentence) => {
  expect(() => read(...least, '--config', file(content))).toThrow(sentence)
})

test('a variable that looks like a setting and is none is told, unless it is a secret or set by Kubernetes', () => {
  const env = {
    TEST_KEY: '0x1',
    TEST_PASSWORD: 'a',
    TEST_PROT: '1',
    TEST_COLOUR: 'red',
    TEST_PORT: '1',
    TEST_SERVICE_HOST: 'a',
    TEST_PORT_1: 'a',
    PATH: '/',
  }

  expect(strayVariables(env, testCommand())).toEqual([
    'TEST_PROT is no setting; did you mean TEST_PORT?',
    'TEST_COLOUR is no setting; --help names all of them.',
  ])
  expect(prefixOf(testCommand())).toBe('TEST')
})

test('--help names every setting with its environment variable', () => {
  const help = testCommand().helpInformation()

  for (const { envVar } of testCommand().options.filter((option) => option.envVar !== undefined)) {
    expect(help).toContain(envVar)
  }
  expect(help).toContain('TEST_RPC_TIMEOUT')
})
