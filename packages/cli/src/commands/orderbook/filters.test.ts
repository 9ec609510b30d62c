// What the options of a book mean.
import { encodeTag } from '@iexec/protocol'
import { expect, test } from 'vitest'
import { openBegun } from '../../begun.ts'
import type { Call } from '../../command.ts'
import { openTerminal } from '../../terminal/terminal.ts'
import { filtersOf, readFilters, whoseOf } from './filters.ts'

const APP = '0x00000000000000000000000000000000000000A1'
const ALICE = '0x00000000000000000000000000000000000000a4'

function calledWith(options: Call['options'], ...args: readonly string[]): Call {
  const terminal = openTerminal({ format: 'raw', isQuiet: true })
  return { args, options, terminal, signal: new AbortController().signal, begun: openBegun() }
}

test('a line without options asks for what is open to everybody', () => {
  const sought = readFilters(calledWith({}, APP.toLowerCase()), 'app')

  expect(sought).toEqual({
    kind: 'app',
    subject: { app: APP },
    said: [],
    open: ['dataset', 'workerpool', 'requester'],
  })
  expect(filtersOf(sought)).toEqual({ app: APP })
})

test('an exact tag is both the least and the most', () => {
  const tee = encodeTag('tee')

  expect(filtersOf(readFilters(calledWith({ tag: 'tee' }), 'workerpool'))).toEqual({ minTag: tee, maxTag: tee })
  expect(filtersOf(readFilters(calledWith({ requireTag: 'tee', maxTag: 'tee,gpu' }), 'request'))).toEqual({
    minTag: tee,
    maxTag: encodeTag('tee,gpu'),
  })
})

test('sides are named strictly or not, numbers are whole', () => {
  const options = { requester: ALICE, requesterStrict: true, app: 'any', category: '3', minTrust: '2', minVolume: '5' }

  expect(filtersOf(readFilters(calledWith(options), 'workerpool'))).toEqual({
    requester: ALICE,
    isRequesterStrict: true,
    app: 'any',
    category: 3n,
    minTrust: 2n,
    minVolume: 5n,
  })
})

test('requests are sought by what they name', () => {
  const sought = readFilters(calledWith({ app: APP, beneficiary: ALICE, maxTrust: '0' }, ALICE), 'request')

  expect(filtersOf(sought)).toEqual({ requester: ALICE, app: APP, beneficiary: ALICE, maxTrust: 0n })
  expect(sought.open).toEqual(['workerpool'])
})

test.each([
  [{ requesterStrict: true }, '--requester-strict says nothing without --requester'],
  [{ requester: 'alice' }, '--requester: "alice" is no address'],
  [{ tag: 'fast' }, 'Cannot read "fast": no tag has this name'],
  [{ minVolume: '-1' }, '--min-volume: "-1" is no whole number'],
])('%j is refused: %s', (options, sentence) => {
  expect(() => readFilters(calledWith(options, APP), 'app')).toThrow(sentence)
})

test('without an address it is about all: markets want to hear that of apps and datasets', () => {
  const [apps, pools] = [readFilters(calledWith({}), 'app'), readFilters(calledWith({}), 'workerpool')]

  expect([filtersOf(apps), filtersOf(pools)]).toEqual([{ app: 'any' }, {}])
  expect([whoseOf(apps), whoseOf(pools)]).toEqual([undefined, undefined])
  expect(whoseOf(readFilters(calledWith({}, APP), 'app'))).toBe(APP)
})
