// The settings, and what is refused of them.
import { expect, test, vi } from 'vitest'
import { readConfig, schedulerCommand, type Config } from './config.ts'

const REACH = ['--rpc', 'http://127.0.0.1:8545', '--hub', `0x${'11'.repeat(20)}`]
const POOL = ['--pool', `0x${'AB'.repeat(20)}`]

/** Reads settings as the process does; refusals are thrown instead of ending it. */
function read(...args: readonly string[]): Config {
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  return readConfig(args, schedulerCommand().exitOverride())
}

test('addresses are in lower case, gas is in wei, and nobody is shut out, unless it is said', () => {
  const config = read(...REACH, ...POOL)

  expect(config).toMatchObject({
    pool: `0x${'ab'.repeat(20)}`,
    maxFeePerGas: 100_000_000_000n,
    allowed: undefined,
    keptDays: 3,
    logBytes: 1_000_000_000,
    trialPlaces: 2,
  })
  expect(read(...REACH, ...POOL, '--max-fee-per-gas', '0.5').maxFeePerGas).toBe(500_000_000n)
  expect(read(...REACH, ...POOL, '--allow', `0x${'CD'.repeat(20)}`).allowed).toEqual(new Set([`0x${'cd'.repeat(20)}`]))
  expect(read(...REACH, ...POOL, '--storage', 'http://a.example,http://b.example').storages).toEqual([
    'http://a.example',
    'http://b.example',
  ])
})

test.each([
  ['no pool', REACH, 'No workerpool was named'],
  ['prices without a market', [...REACH, ...POOL, '--prices', 'x.json'], '--prices needs --market'],
  ['a key on the command line', [...REACH, ...POOL, '--key', '0x11'], 'can be read by every process'],
  ['a fee that is none', [...REACH, ...POOL, '--max-fee-per-gas', 'much'], 'an amount of gwei'],
])('%s is refused', (_, args, words) => {
  expect(() => read(...args)).toThrow(words)
})
