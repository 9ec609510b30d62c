// Search among listings.
import { readIndexed, type Listing } from '@iexec/wire/listing'
import { expect, test } from 'vitest'
import { indexListings, wordsOf } from './searchWords.ts'

const LISTINGS = [
  ['ray-tracer', 'Renders your 3D model as a photograph, with soft shadows.', ['path-tracing']],
  ['option-pricing', 'Prices European and Asian options by Monte Carlo.', ['finance']],
  ['光线追踪', '把三维模型渲染成照片。', ['渲染']],
].map(([title, description, tags], place) =>
  readIndexed({
    kind: 'app',
    org: 'iexec',
    name: `app-${place}`,
    owner: '0x66C550fb04b3Df92f708D1ABB21409eec0e2F1fd',
    title,
    description,
    tags,
  }),
) as readonly Listing[]

const find = indexListings(LISTINGS)

test.each([
  ['ray', [0]],
  ['RAY TRACER', [0]],
  ['phot', [0]],
  ['shadovs', [0]],
  ['monte carlo', [1]],
  ['monte shadows', []],
  ['渲染', [2]],
  ['三维', [2]],
  ['nothing', []],
])('%s finds %j', (words, places) => {
  expect(find(words)).toEqual(places)
})

test('all have the words that all have', () => {
  expect(new Set(find('iexec'))).toEqual(new Set([0, 1, 2]))
})

test('a text of two scripts has the words of both', () => {
  expect(wordsOf('光线 ray-tracer')).toEqual(['光', '光线', '线', 'ray', 'tracer'])
})
