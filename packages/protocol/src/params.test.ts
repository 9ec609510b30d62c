import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyText } from '../test/arbitraries.ts'
import { parseParams, serializeParams, teeOnlyKeys } from './params.ts'
import type { Params } from './params.ts'

const cid = 'QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ'

const anyParams: fc.Arbitrary<Params> = fc.record(
  {
    iexec_args: anyText,
    iexec_input_files: fc.array(fc.webUrl({ validSchemes: ['http', 'https'] }), { maxLength: 3 }),
    iexec_secrets: fc.dictionary(fc.integer({ min: 1, max: 999_999_999 }).map(String), fc.string({ minLength: 1 })),
    iexec_result_encryption: fc.boolean(),
    iexec_result_storage_provider: fc.constantFrom('ipfs', 'dropbox'),
    iexec_result_storage_proxy: fc.webUrl({ validSchemes: ['http', 'https'] }),
    bulk_cid: fc.constant(cid),
    iexec_bag: fc.constant(cid),
  },
  { requiredKeys: [] },
)

describe('parseParams', () => {
  test('reads every known key', () => {
    const params: Params = {
      iexec_args: '--fast "two words"',
      iexec_input_files: [
        'https://example.com/a.csv',
        'http://example.com/b?c=d',
        '/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ/c',
      ],
      iexec_secrets: { '1': 'first', '2': 'second' },
      iexec_result_encryption: true,
      iexec_result_storage_provider: 'dropbox',
      iexec_result_storage_proxy: 'https://result.example.com',
      bulk_cid: cid,
      iexec_bag: cid,
    }

    expect(parseParams(JSON.stringify(params))).toEqual({ ok: true, params, form: 'json', ignored: [] })
  })

  test.each(['', '--fast', '{not json', '42', 'null', 'true', '"quoted"', '[1,2]', '{} trailing', '\u0000'])(
    'takes %o, which is no JSON object, as arguments',
    (given) => {
      expect(parseParams(given)).toEqual({ ok: true, params: { iexec_args: given }, form: 'text', ignored: [] })
    },
  )

  test('leaves out keys of former versions and lists them', () => {
    const given = '{"iexec_developer_logger":true,"iexec_args":"a","iexec_tee_post_compute_image":"b"}'

    expect(parseParams(given)).toEqual({
      ok: true,
      params: { iexec_args: 'a' },
      form: 'json',
      ignored: ['iexec_developer_logger', 'iexec_tee_post_compute_image'],
    })
  })

  test('lists all problems, not the first', () => {
    const parsed = parseParams('{"fast":1,"iexec_args":7,"iexec_result_encryption":"yes","iexec_bag":"Qm"}')

    expect(parsed).toEqual({
      ok: false,
      problems: [
        expect.objectContaining({ reason: 'UnknownKey', key: 'fast' }),
        {
          reason: 'WrongValue',
          key: 'iexec_args',
          sentence: '"iexec_args" must be a text, not 7.',
        },
        {
          reason: 'WrongValue',
          key: 'iexec_result_encryption',
          sentence: '"iexec_result_encryption" must be true or false, not "yes".',
        },
        {
          reason: 'WrongValue',
          key: 'iexec_bag',
          sentence: '"iexec_bag" must be a content identifier (Qm… or b…), not "Qm".',
        },
      ],
    })
  })

  test.each([
    ['iexec_args', ['a']],
    ['iexec_args', null],
    ['iexec_input_files', 'https://example.com'],
    ['iexec_input_files', ['ftp://example.com']],
    ['iexec_input_files', ['https://']],
    ['iexec_input_files', ['https://exa mple.com']],
    ['iexec_input_files', ['/etc/passwd']],
    ['iexec_input_files', ['/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ/../x']],
    ['iexec_input_files', ['/ipfs/Qm']],
    ['iexec_input_files', ['/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ/\ud800']],
    ['iexec_input_files', [' https://example.com']],
    ['iexec_secrets', { '0': 'a' }],
    ['iexec_secrets', { '-1': 'a' }],
    ['iexec_secrets', { '01': 'a' }],
    ['iexec_secrets', { '1.5': 'a' }],
    ['iexec_secrets', { '1': '' }],
    ['iexec_secrets', { '1': 2 }],
    ['iexec_secrets', ['a']],
    ['iexec_result_encryption', 1],
    ['iexec_result_storage_provider', 's3'],
    ['iexec_result_storage_proxy', 'result.example.com'],
    ['bulk_cid', 'QmInvalid0OIl'],
    ['iexec_bag', `/ipfs/${cid}`],
  ])('refuses %s: %o', (key, value) => {
    expect(parseParams(JSON.stringify({ [key]: value }))).toMatchObject({
      ok: false,
      problems: [{ reason: 'WrongValue', key }],
    })
  })

  test.each(['__proto__', 'constructor', 'toString', 'IEXEC_ARGS', 'iexec_tee'])('knows no key "%s"', (key) => {
    expect(parseParams(`{"${key}":"a"}`)).toMatchObject({ ok: false, problems: [{ reason: 'UnknownKey', key }] })
  })

  test('answers to any string, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (given) => {
        const parsed = parseParams(given)

        expect(parsed.ok || parsed.problems.length > 0).toBe(true)
      }),
    )
  })
})

describe('serializeParams', () => {
  test('writes what parseParams reads', () => {
    fc.assert(
      fc.property(anyParams, (params) => {
        expect(parseParams(serializeParams(params))).toEqual({ ok: true, params, form: 'json', ignored: [] })
      }),
    )
  })

  test('gives equal params one string', () => {
    fc.assert(
      fc.property(anyParams, (params) => {
        const backwards: Params = Object.fromEntries(Object.entries(params).toReversed())

        expect(serializeParams(backwards)).toBe(serializeParams(params))
      }),
    )
  })
})

test('teeOnlyKeys names what an ordinary worker must not be asked for', () => {
  expect(teeOnlyKeys({})).toEqual([])
  expect(
    teeOnlyKeys({ iexec_secrets: {}, iexec_result_encryption: false, iexec_result_storage_provider: 'ipfs' }),
  ).toEqual([])
  expect(
    teeOnlyKeys({
      iexec_secrets: { '1': 'a' },
      iexec_result_encryption: true,
      iexec_result_storage_provider: 'dropbox',
    }),
  ).toEqual(['iexec_secrets', 'iexec_result_encryption', 'iexec_result_storage_provider'])
})

test('params as deep as they like are refused in a short sentence', () => {
  const deep = '['.repeat(20_000) + ']'.repeat(20_000)

  const parsed = parseParams(`{"iexec_args":${deep},"\\u001b]0;pwn":1}`)

  expect(parsed.ok ? [] : parsed.problems.map(({ sentence }) => sentence)).toEqual([
    expect.stringContaining('not a list.'),
    expect.stringContaining('no key "]0;pwn"'),
  ])
})
