// What a worker takes beside what it has already: memory, disk and coins are there once.
import { encodeTag, asDealId, asInstant, asTaskId, taskId } from '@iexec/protocol'
import type { Place } from '@iexec/wire/work'
import { zeroAddress } from 'viem'
import { expect, test } from 'vitest'
import { judgePlace, type PlaceQuestion } from './judge.ts'

const GIB = 2 ** 30
const POOL = `0x${'aa'.repeat(20)}` as const
const BULK = '{"bulk_cid":"QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ"}'
const DEAL = asDealId(`0x${'22'.repeat(32)}`)
const nobody = { pointer: zeroAddress, owner: zeroAddress, price: 0n }
const place: Place = {
  taskId: asTaskId(taskId(DEAL, 0n)),
  dealId: DEAL,
  index: 0,
  path: 'commit',
  enclaveChallenge: zeroAddress,
  authorization: '0xaa',
  wantedUntil: 100,
}

/** A task of the smallest category: 2 GiB of memory, 500 MB of disk, and 500 MB that stay free. */
function questionOf(change: Partial<PlaceQuestion>): PlaceQuestion {
  const deal = {
    app: nobody,
    dataset: nobody,
    workerpool: { ...nobody, pointer: POOL },
    trust: 2n,
    category: 0n,
    tag: `0x${'00'.repeat(32)}` as const,
    requester: zeroAddress,
    beneficiary: zeroAddress,
    callback: zeroAddress,
    params: '{}',
    startTime: asInstant(0n),
    botFirst: 0n,
    botSize: 1n,
    workerStake: 0n,
    schedulerRewardRatio: 0n,
    sponsor: zeroAddress,
  }
  const app = { type: 'WASM', multiaddr: 'https://a.example/a.wasm', checksum: `0x${'33'.repeat(32)}` } as const
  return {
    place,
    workerpool: POOL,
    known: { id: DEAL, deal, categorySeconds: 300, app },
    sight: { status: 'active', mine: 'none' },
    isAuthorized: true,
    freeStake: 0n,
    stakeAhead: 0n,
    maxStake: undefined,
    coins: 10n,
    coinsNeeded: 10n,
    coinsAhead: 0n,
    freeDisk: 1_000_000_000,
    now: 0,
    profile: { engines: ['WASM'], gpu: false, network: false, memoryBytes: 2 * GIB, places: 8 },
    busy: 1,
    reserved: { memoryBytes: 0, diskBytes: 0 },
    isDraining: false,
    ...change,
  }
}

const causeOf = (change: Partial<PlaceQuestion>): string => {
  const judgement = judgePlace(questionOf(change))
  return judgement.ok ? 'taken' : judgement.cause
}

test('a place that takes exactly what there is, is taken', () => {
  expect(causeOf({})).toBe('taken')
})

test.each([
  ['memory', { reserved: { memoryBytes: 1, diskBytes: 0 } }],
  ['disk', { reserved: { memoryBytes: 0, diskBytes: 1 } }],
  ['coins', { coinsAhead: 1n }],
])('a place waits for others that may take one bit of its %s, and nobody is to blame', (_, change) => {
  expect(causeOf(change)).toBe('BUSY')
})

test.each([
  ['DISK_TOO_SMALL', { freeDisk: 999_999_999 }],
  ['GAS_TOO_LOW', { coinsNeeded: 11n }],
] as const)('what one place alone cannot have is %s', (cause, change) => {
  expect(causeOf(change)).toBe(cause)
})

test('what is fetched needs room on the disk, too', () => {
  const { known } = questionOf({})
  const params = '{"iexec_input_files":["https://a.example/a.csv"]}'
  const fetching = known && { ...known, deal: { ...known.deal, params } }

  expect(causeOf({ known: fetching, freeDisk: 1_999_999_999 })).toBe('DISK_TOO_SMALL')
  expect(causeOf({ known: fetching, freeDisk: 2_000_000_000 })).toBe('taken')
})

/** A deal that nobody can run, asked of a machine that has nothing but the reserve of its disk. */
function impossible(terms: Partial<NonNullable<PlaceQuestion['known']>['deal']> = {}): Partial<PlaceQuestion> {
  const { known, profile } = questionOf({})
  return {
    known: known && { ...known, deal: { ...known.deal, params: '{"fast":1}', ...terms } },
    profile: { ...profile, engines: [], memoryBytes: 0 },
    freeDisk: 500_000_000,
  }
}

test('a deal that nobody can run takes no engine, no memory and no time', () => {
  const end = 7 * 300
  const { known } = questionOf({})
  const foreign = known && { ...known, app: { ...known.app, type: 'JAR' } }

  expect(causeOf(impossible())).toBe('taken')
  expect(causeOf({ ...impossible(), known: foreign })).toBe('taken')
  expect(causeOf({ ...impossible(), now: end - 1 })).toBe('taken')
  expect(causeOf({ ...impossible(), now: end })).toBe('DEAL_TOO_LATE')
})

test.each([
  ['ENGINE_MISSING', 'an enclave', { tag: encodeTag('tee,scone') }],
  ['ENGINE_MISSING', 'an enclave for the datasets of a bulk', { tag: encodeTag('tee,tdx'), params: BULK }],
  ['NETWORK_NOT_ALLOWED', 'the internet', { tag: encodeTag('network') }],
  ['PARAMS_WRONG', 'a callback, to which a failure would be a result', { callback: POOL }],
] as const)('%s: nobody votes that a deal cannot be run when it asks for %s', (cause, _, terms) => {
  expect(causeOf(impossible(terms))).toBe(cause)
})

test('nobody is told that the params are wrong when it is the type of the app that a callback cannot be told of', () => {
  const known = impossible({ callback: POOL, params: '{}' }).known
  const foreign = known && { ...known, app: { ...known.app, type: 'JAR' } }

  expect(causeOf({ ...impossible(), known: foreign })).toBe('APP_TYPE_WRONG')
})
