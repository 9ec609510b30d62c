// Hints of the SDK, in the words of the file that somebody has to mend.
import { serviceUrl } from '@iexec/sdk'
import { expect, test } from 'vitest'
import { inKeysOfFile } from './chainKeys.ts'

const CHAIN = { name: 'mine', chainId: 7, hub: '0x00000000000000000000000000000000000000A1' } as const

test.each([
  ['market', 'iexecGateway'],
  ['storage', 'ipfsGateway'],
  ['ipfsApi', 'ipfsNode'],
  ['compass', 'compass'],
  ['vault', 'sms'],
] as const)('who lacks the service %s is told of the key %s of chain.json', (service, key) => {
  let hints: readonly string[] = []
  try {
    serviceUrl(CHAIN, service)
  } catch (error) {
    hints = (error as { readonly hints: readonly string[] }).hints
  }

  expect(hints.map(inKeysOfFile)).toEqual([`Set "${key}" of the chain in chain.json.`])
})

test('other hints of the same settings are told in these words, too; the rest stays', () => {
  expect(inKeysOfFile('It may be kept by another storage: set storageUrl.')).toBe(
    'It may be kept by another storage: set "ipfsGateway" of the chain in chain.json.',
  )
  expect(inKeysOfFile('Set schedulerUrl in the settings of the chain.')).toContain('schedulerUrl')
  expect(inKeysOfFile('Look whether its URL is right.')).toBe('Look whether its URL is right.')
})
