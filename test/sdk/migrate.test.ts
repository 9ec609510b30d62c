// The page for people who come from the existing SDK: every verb that it names is there.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startSdkMarket } from '@iexec/sdk/test/market'
import { expect, onTestFinished, test } from 'vitest'

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/migrate-from-iexec-sdk.md'), 'utf8')

/** `orders.fetch` and then bare `show`: a verb without a noun has that of the one before. */
function namedVerbs(): readonly (readonly [string, string])[] {
  const rows = PAGE.split('\n').filter((line) => line.startsWith('| `'))
  return rows.flatMap((row) => {
    let noun = ''
    return [...(row.split('|')[2] ?? '').matchAll(/`(?:(\w+)\.)?(\w+)(?:\([^`]*)?`/gu)].map(([, named, verb = '']) => {
      noun = named ?? noun
      return [noun, verb] as const
    })
  })
}

test('every verb that is named for a method of the existing SDK is there', async () => {
  const market = await startSdkMarket()
  onTestFinished(market.stop)
  const iexec = (await market.user(1)) as unknown as Readonly<Record<string, Readonly<Record<string, unknown>>>>

  const named = namedVerbs().filter(([noun]) => noun !== '')

  expect(named.length).toBeGreaterThan(30)
  expect(named.filter(([noun, verb]) => typeof iexec[noun]?.[verb] !== 'function')).toEqual([])
})
