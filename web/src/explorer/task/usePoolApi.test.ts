import { expect, test } from 'vitest'
import { judgePoolApi } from './usePoolApi.ts'

const NAMED = ['https://pool.example/']

test.each([
  ['https://pool.example/api', NAMED, { is: 'named' }],
  ['https://pool.example.evil', NAMED, { is: 'foreign', origin: 'https://pool.example.evil' }],
  ['http://pool.example', NAMED, { is: 'foreign', origin: 'http://pool.example' }],
  ['https://pool.example', [], { is: 'foreign', origin: 'https://pool.example' }],
  ['no address', NAMED, { is: 'silent' }],
] as const)('of a workerpool at %s, a site that names %j thinks %j', (...[apiUrl, poolUrls, api]) => {
  expect(judgePoolApi(apiUrl, poolUrls)).toEqual(api)
})
