// What of an app's own words about its result is passed over, and that the digest does not change by it.
import { findDigests, MAX_STATEMENT_BYTES, type ResultFile } from '@iexec/protocol'
import { sha256 } from 'viem'
import { expect, test } from 'vitest'
import { statementWarnings } from './statements.ts'

function file(name: string, text: string, size: number = text.length): ResultFile {
  const bytes = new TextEncoder().encode(text)
  return { name, size, sha256: () => sha256(bytes), read: () => bytes }
}

test.each([
  ['{bad', 'is not JSON ('],
  ['[1]', 'is no JSON object:'],
  ['null', 'is no JSON object:'],
  ['{"deterministic-output-path":5}', 'has "deterministic-output-path" that is no text:'],
  ['{"deterministic_output_path":"/iexec_out/a"}', 'but "deterministic_output_path":'],
  ['{}', 'but nothing:'],
])('computed.json with %s counts as none, and is warned of with its path', (text, says) => {
  const files = [file('a', 'a'), file('computed.json', text)]

  const warnings = statementWarnings(files, '/iexec_out')

  expect(warnings).toEqual([
    expect.stringContaining(`/iexec_out/computed.json ${says.startsWith('but') ? 'has neither' : says}`),
  ])
  expect(warnings[0]).toContain(says)
  expect(findDigests(files, false)[0]).toMatchObject({ rule: 'tree', covers: ['a', 'computed.json'] })
})

test('computed.json of more bytes than are read is warned of', () => {
  const text = '{"deterministic-output-path":"/iexec_out/a"}'
  const [large, largest] = [MAX_STATEMENT_BYTES, MAX_STATEMENT_BYTES + 1].map((size) => [
    file('computed.json', text, size),
  ])

  expect(statementWarnings(large ?? [], '/iexec')).toEqual([])
  expect(statementWarnings(largest ?? [], '/iexec')).toEqual([
    `/iexec/computed.json has ${MAX_STATEMENT_BYTES + 1} bytes, and more than ${MAX_STATEMENT_BYTES} are not read: it counts as none, so it does not decide the digest.`,
  ])
})

test.each(['{"deterministic-output-path":"/iexec_out/a"}', '{"callback-data":"0x12","more":1}'])(
  'computed.json with %s, or none at all, is not warned of',
  (text) => {
    expect(statementWarnings([file('computed.json', text)], '/iexec_out')).toEqual([])
    expect(statementWarnings([file('deep/computed.json', '{bad')], '/iexec_out')).toEqual([])
  },
)
