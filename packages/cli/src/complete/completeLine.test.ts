// What may stand next in a line, by the definitions.
import { expect, test } from 'vitest'
import { completeLine } from './completeLine.ts'

async function wordsAfter(...words: readonly string[]): Promise<readonly string[]> {
  return (await completeLine(words)).map((line) => line.split('\t', 1)[0] ?? '')
}

test('each answer says behind a tab what it means', async () => {
  expect(await completeLine(['docto'])).toEqual([
    'doctor\tlook whether everything is ready, and say what to do where it is not',
  ])
})

test('aliases are offered to whoever begins to type one', async () => {
  expect(await wordsAfter('wallet', '')).not.toContain('send-eth')
  expect(await wordsAfter('wallet', 'send-et')).toEqual(['send-ether', 'send-eth'])
})

test('the value of an option comes before anything else, and then options again', async () => {
  expect(await wordsAfter('account', 'show', '--keystoredir', '')).toEqual(['global', 'local', ':files'])
  expect(await wordsAfter('account', 'show', '--keystoredir', 'global', '--keys')).toEqual([])
  expect(await wordsAfter('account', 'show', '--keystoredir=lo')).toEqual(['--keystoredir=local', ':files'])
  expect(await wordsAfter('account', 'show', '--keystoredir=local', '--ra')).toEqual(['--raw'])
})

test('a value that several words make ends with a dash', async () => {
  expect(await wordsAfter('app', 'publish', '--price', '5', 'RLC', '--vol')).toEqual(['--volume'])
})

test('arguments that were given are counted, and options are none', async () => {
  expect(await wordsAfter('completion', '--raw', 'b')).toEqual(['bash'])
  expect(await wordsAfter('completion', 'bash', 'z')).toEqual([])
})

test('hidden commands and options are not offered, and unknown ones lead nowhere', async () => {
  expect(await wordsAfter('comp')).toEqual(['completion'])
  expect(await wordsAfter('nothing', 'x')).toEqual([])
  expect(await wordsAfter('account', 'nothing', '')).toEqual([])
  expect(await wordsAfter('worker', '')).toEqual([])
})

test('words are read without the quotes that somebody typed', async () => {
  expect(await wordsAfter('"account"', "'dep")).toEqual(['deposit'])
})
